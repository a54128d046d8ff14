import { nearest } from '../base/nearest.ts';
import type { Freeze } from '../protocol/runConfig.ts';

/**
 * What the words of `freeze` mean, in Hugging Face parameter names (Llama, Qwen2 and their relatives). Biases follow their
 * projection; q and k norms are norms, not attention. A tied head has no parameter of its own: it is `embeddings`.
 */
const GROUPS: Readonly<Record<string, RegExp>> = {
  embeddings: /(^|\.)embed_tokens\./,
  attention: /\.self_attn\.[qkvo]_proj\./,
  q: /\.self_attn\.q_proj\./,
  k: /\.self_attn\.k_proj\./,
  v: /\.self_attn\.v_proj\./,
  o: /\.self_attn\.o_proj\./,
  ffn: /\.mlp\.(gate|up|down)_proj\./,
  gate: /\.mlp\.gate_proj\./,
  up: /\.mlp\.up_proj\./,
  down: /\.mlp\.down_proj\./,
  norms: /norm\.(weight|bias)$/,
  lm_head: /^lm_head\./,
};

export const GROUP_NAMES: readonly string[] = Object.keys(GROUPS);

const LAYER = /\.layers\.(\d+)\./;

/** Longer ones are no pattern that a person wrote, and slow ones come from the same hands. */
const LONGEST_PATTERN = 200;

/** Which parameters move, in the order of `names`; or one sentence saying why that cannot be said. */
export type Trainable = { readonly trainable: readonly string[] } | { readonly problem: string };

/**
 * Applies a `freeze` block to a model's parameter names: what `groups` name stands still, and, where `trainable_groups` is
 * given, everything outside of it. Every pattern must match something, and something must be left to train.
 */
export function chooseTrainable(names: readonly string[], freeze: Freeze | undefined): Trainable {
  const { groups = [], trainable_groups: movers } = freeze ?? {};
  const still = matchAll('groups', groups, names);
  const moving = matchAll('trainable_groups', movers ?? [], names);
  if ('problem' in still) return still;
  if ('problem' in moving) return moving;
  const trainable = names.filter(
    (name) => !still.matched.has(name) && (movers === undefined || moving.matched.has(name)),
  );
  return trainable.length > 0 ? { trainable } : { problem: nothingLeft(groups, movers) };
}

function nothingLeft(groups: readonly string[], movers: readonly string[] | undefined): string {
  return movers === undefined
    ? `freeze.groups [${groups.join(', ')}] freeze every parameter, so nothing would be trained: leave one group out.`
    : `freeze.groups [${groups.join(', ')}] freeze all that freeze.trainable_groups [${movers.join(', ')}] let move, so nothing would be trained: take one of the two out.`;
}

type Matched = { readonly matched: ReadonlySet<string> } | { readonly problem: string };

function matchAll(key: string, patterns: readonly string[], names: readonly string[]): Matched {
  const matched = new Set<string>();
  for (const pattern of patterns) {
    const test = testOf(pattern);
    if (typeof test === 'string') return { problem: `freeze.${key}: "${shortened(pattern)}" ${test}` };
    const hits = names.filter(test);
    if (hits.length === 0)
      return { problem: `freeze.${key}: "${shortened(pattern)}" ${whyNothing(pattern, names)}` };
    for (const name of hits) matched.add(name);
  }
  return { matched };
}

/** Whether a parameter belongs to the group; or half a sentence saying what is wrong with the pattern. */
function testOf(pattern: string): ((name: string) => boolean) | string {
  const word = Object.hasOwn(GROUPS, pattern) ? GROUPS[pattern] : undefined;
  if (word !== undefined) return (name) => word.test(name);
  const range = /^layers? (\d+)(?:\s*-\s*(\d+))?$/.exec(pattern);
  if (range !== null) {
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    if (last < first) return `ends before it begins: write "layers ${last}-${first}".`;
    return (name) => {
      const layer = Number(LAYER.exec(name)?.[1] ?? -1);
      return first <= layer && layer <= last;
    };
  }
  if (pattern.trim() === '') return `is empty: write one of ${GROUP_NAMES.join(', ')} or layers 0-11.`;
  if (pattern.length > LONGEST_PATTERN)
    return `is longer than ${LONGEST_PATTERN} characters: write a shorter pattern.`;
  try {
    const expression = new RegExp(pattern);
    return (name) => expression.test(name);
  } catch {
    return `is neither a group nor a regular expression: write one of ${GROUP_NAMES.join(', ')} or layers 0-11.`;
  }
}

function whyNothing(pattern: string, names: readonly string[]): string {
  if (pattern === 'lm_head') return 'matches nothing, because the head is tied to the embeddings: write embeddings.';
  if (/^layers? \d/.test(pattern)) return `matches nothing: the model has the layers 0-${lastLayer(names)}.`;
  const near = nearest(pattern, [...GROUP_NAMES, ...names]);
  const cure = near === undefined ? `one of ${GROUP_NAMES.join(', ')}, layers 0-${lastLayer(names)}` : near;
  const sample = near === undefined ? `, or a regular expression over names such as ${names.at(1) ?? ''}` : '';
  return near === undefined
    ? `matches no parameter: write ${cure}${sample}.`
    : `matches no parameter: did you mean ${cure}?`;
}

function lastLayer(names: readonly string[]): number {
  return names.reduce((last, name) => Math.max(last, Number(LAYER.exec(name)?.[1] ?? 0)), 0);
}

function shortened(pattern: string): string {
  return pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern;
}
