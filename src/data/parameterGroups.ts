import { nearest, nearestFew } from '../base/nearest.ts';
import type { Freeze } from '../protocol/runConfig.ts';
import { fusedTensor, GROUP_NAMES, isInGroup, lastLayer, layerOf } from './groupPatterns.ts';

export { GROUP_NAMES } from './groupPatterns.ts';

/** Longer ones are no pattern that a person wrote, and slow ones come from the same hands. */
export const LONGEST_PATTERN = 200;

/** Parts of names and groups that a misspelt pattern may have meant: more would be a list to read. */
const MOST_MEANT = 3;

/** Of a parameter's name, in letters, at most about. */
const NAME_LENGTH = 60;
const RANGE = /^layers? (\d+)(?:\s*-\s*(\d+))?$/;

/** A whole layer, as models of other families call it: layer.3, model.layers[3], h.3. */
const ONE_LAYER = /^\^?(?:[\w\\]+\.)*(?:layers?|h|blocks?)(?:\\?\.|[\s_[])*(\d+)\]?(?:\\?\.)?$/;

/** In letters. Names come from files that anybody may have made: into longer ones nobody looks for what a pattern may have meant. */
const LONGEST_NAME = 200;

/** Of a name behind the number of its layer; real ones have at most four. */
const MOST_WORDS = 6;

const ONE_OF_ALL = `write one of ${GROUP_NAMES.join(', ')}`;

/** Which parameters move, in the order of `names`; or one sentence saying why that cannot be said. */
export type Trainable = { readonly trainable: readonly string[] } | { readonly problem: string };

/** What one pattern names in a model: at least one parameter, in the order of the model; or what is wrong with it. */
export type PatternMatch = { readonly matched: readonly string[] } | PatternFault;

export interface PatternFault {
  /**
   * malformed: no pattern, whatever the model; fused: what it names is a part of a larger tensor; unmatched: the model has nothing of
   * that name.
   */
  readonly kind: 'malformed' | 'fused' | 'unmatched';
  /** Half a sentence that follows the pattern, with the cure. Looks through all names, so it is worked out when it is asked for. */
  problem(): string;
  /** What may stand there instead, best first; empty where nobody can tell. */
  meant(): readonly string[];
  /** The tensor it is a part of, where `kind` is fused. */
  readonly tensor?: string;
}

/**
 * Applies a `freeze` block to a model's parameter names: what `groups` name stands still, and, where `trainable_groups` is
 * given, everything outside of it. Every pattern must match something, and something must be left to train.
 */
export function chooseTrainable(names: readonly string[], freeze: Freeze | undefined): Trainable {
  const { groups = [], trainable_groups: movers } = freeze ?? {};
  const still = matchAll('groups', groups, names);
  if ('problem' in still) return still;
  const moving = matchAll('trainable_groups', movers ?? [], names);
  if ('problem' in moving) return moving;
  const trainable = names.filter(
    (name) => !still.matched.has(name) && (movers === undefined || moving.matched.has(name)),
  );
  return trainable.length > 0 ? { trainable } : { problem: nothingLeft(groups, movers) };
}

/** What `pattern` (a group, `layers 0-11` or a regular expression) names among a model's parameters. */
export function matchPattern(pattern: string, names: readonly string[]): PatternMatch {
  const test = testOf(pattern);
  if (typeof test !== 'function') return test;
  const fused = fusedTensor(pattern, names);
  if (fused !== undefined) {
    const { name, wider } = fused;
    const problem = `is a part of ${name}, a fused tensor that cannot be split: write ${wider}.`;
    return { kind: 'fused', problem: () => problem, meant: () => [wider], tensor: name };
  }
  const matched = names.filter(test);
  if (matched.length > 0) return { matched };
  return {
    kind: 'unmatched',
    problem: () => whyNothing(pattern, names),
    meant: () => insteadOf(pattern, names),
  };
}

/** What is wrong with a pattern whatever the model; undefined where it depends on the model. */
export function patternFault(pattern: string): PatternFault | undefined {
  const test = testOf(pattern);
  return typeof test === 'function' ? undefined : test;
}

/**
 * About how many steps it may take at worst to hold one name against `pattern`; Infinity where that may be years (repetitions inside of
 * repetitions). An engine may wait for what its user wrote, an editor that shows somebody's file may not.
 */
export function patternCost(pattern: string): number {
  if (GROUP_NAMES.includes(pattern) || RANGE.test(pattern)) return NAME_LENGTH;
  const plain = pattern
    .replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]/g, 'x')
    .replace(/\(\?[:=!<]+/g, '(')
    .replace(/([*+?}])\?/g, '$1');
  if (/\)[*+{]|\{\d{3}/.test(plain) || /\\[1-9k]/.test(pattern)) return Infinity;
  const repetitions = plain.match(/[*+{]/g)?.length ?? 0;
  const options = plain.match(/\?/g)?.length ?? 0;
  // The ways to begin somewhere and to end each repetition; every option doubles them.
  return (NAME_LENGTH ** (repetitions + 1) / factorial(repetitions + 1)) * 2 ** options;
}

type Matched = { readonly matched: ReadonlySet<string> } | { readonly problem: string };

function matchAll(key: string, patterns: readonly string[], names: readonly string[]): Matched {
  const matched = new Set<string>();
  for (const pattern of patterns) {
    const match = matchPattern(pattern, names);
    if ('problem' in match) return { problem: `freeze.${key}: "${shortened(pattern)}" ${match.problem()}` };
    for (const name of match.matched) matched.add(name);
  }
  return { matched };
}

function nothingLeft(groups: readonly string[], movers: readonly string[] | undefined): string {
  return movers === undefined
    ? `freeze.groups [${groups.join(', ')}] freeze every parameter, so nothing would be trained: leave one group out.`
    : `freeze.groups [${groups.join(', ')}] freeze all that freeze.trainable_groups [${movers.join(', ')}] let move, so nothing would be trained: take one of the two out.`;
}

/** Whether a parameter belongs to the pattern; or what is wrong with it. */
function testOf(pattern: string): ((name: string) => boolean) | PatternFault {
  if (GROUP_NAMES.includes(pattern)) return (name) => isInGroup(pattern, name);
  const range = RANGE.exec(pattern);
  if (range !== null) return testOfRange(Number(range[1]), Number(range[2] ?? range[1]));
  if (pattern.trim() === '') return malformed(`is empty: ${ONE_OF_ALL} or layers 0-11.`);
  if (pattern.length > LONGEST_PATTERN)
    return malformed(`is longer than ${LONGEST_PATTERN} characters: write a shorter pattern.`);
  try {
    const expression = new RegExp(pattern);
    return (name) => expression.test(name);
  } catch {
    return malformed(`is neither a group nor a regular expression: ${ONE_OF_ALL} or layers 0-11.`);
  }
}

function testOfRange(first: number, last: number): ((name: string) => boolean) | PatternFault {
  if (last < first) {
    const meant = `layers ${last}-${first}`;
    return malformed(`ends before it begins: write "${meant}".`, meant);
  }
  return (name) => {
    const layer = layerOf(name);
    return layer !== undefined && first <= layer && layer <= last;
  };
}

function malformed(problem: string, ...meant: readonly string[]): PatternFault {
  return { kind: 'malformed', problem: () => problem, meant: () => meant };
}

function whyNothing(pattern: string, names: readonly string[]): string {
  if (pattern === 'lm_head') return 'matches nothing, because the head is tied to the embeddings: write embeddings.';
  if (/^layers? \d/.test(pattern)) return `matches nothing: the model has the layers 0-${lastLayer(names)}.`;
  const near = nearest(pattern, [...GROUP_NAMES, ...names]);
  if (near !== undefined && near !== pattern) return `matches no parameter: did you mean ${near}?`;
  const sample = names.at(1) ?? '';
  return `matches no parameter: ${ONE_OF_ALL}, layers 0-${lastLayer(names)}, or a regular expression over names such as ${sample}.`;
}

function insteadOf(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern === 'lm_head') return ['embeddings'];
  // A group that this model has nothing of is spelt rightly.
  if (GROUP_NAMES.includes(pattern) || /^layers? \d/.test(pattern)) return [];
  const layer = Number(ONE_LAYER.exec(pattern)?.[1] ?? NaN);
  if (layer <= lastLayer(names)) return [`layers ${layer}`];
  const numbers = numbersIn(pattern);
  const parts = [...GROUP_NAMES, ...partsOf(names), ...(numbers.length > 0 ? partsOfLayers(names) : [])];
  // A number says which one is meant: what does not have it names the others too.
  const narrow = parts.filter((part) => numbers.every((number) => numbersIn(part).includes(number)));
  return nearestFew(pattern, narrow, MOST_MEANT);
}

function numbersIn(text: string): readonly string[] {
  return text.match(/\d+/g) ?? [];
}

/** What names are made of, without the number of a layer: q_proj, self_attn.q_proj. */
function partsOf(names: readonly string[]): string[] {
  const kinds = new Set(names.map((name) => name.replace(/\.\d+\b|\.(weight|bias)$/g, '')));
  const parts = [...kinds].flatMap((kind) => {
    const words = kind.split('.').filter((word) => word !== 'model');
    return [...words, words.slice(-2).join('.')];
  });
  return [...new Set(parts)].filter((part) => !GROUP_NAMES.includes(part));
}

/** Parts of single layers, from the word for layers on: layers.0.mlp, layers.0.mlp.up_proj. */
function partsOfLayers(names: readonly string[]): string[] {
  return [...new Set(names.filter(({ length }) => length <= LONGEST_NAME).flatMap(partsOfLayer))];
}

function partsOfLayer(name: string): string[] {
  const words = name.replace(/\.(?:weight|bias)$/, '').split('.');
  const at = words.findIndex(
    (word, index) => /^(?:layers|h|blocks)$/.test(word) && /^\d+$/.test(words[index + 1] ?? ''),
  );
  if (at === -1) return [];
  const inside = at + 2;
  return words
    .slice(inside, inside + MOST_WORDS)
    .map((_, last) => words.slice(at, inside + last + 1).join('.'));
}

function factorial(count: number): number {
  return count <= 1 ? 1 : count * factorial(count - 1);
}

function shortened(pattern: string): string {
  return pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern;
}
