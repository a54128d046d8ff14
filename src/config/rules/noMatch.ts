import { GROUP_NAMES, isInGroup, lastLayer } from '../../data/groupPatterns.ts';
import { replacePattern } from '../freezeFixes.ts';
import type { FreezePattern } from '../freezePatterns.ts';
import { valueRange } from '../parse.ts';
import { alternatives, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A pattern that names nothing is a spelling mistake, and what it should have frozen would move. */
export const noMatch = defineRule({
  code: 'freeze.no-match',
  level: 'error',
  side: 'meaning',
  what: 'An item of `freeze` matches no parameter of this model.',
  why: 'What it should have named would move, or stand still, without anybody noticing, so the engines refuse to start.',
  cure: 'Correct the spelling; a tied head is called `embeddings`, and layers count from 0.',
  source: 'Axolotl only warns that all parameters are frozen when no pattern matches; LLaMA-Factory #5032',
  find: ({ about }) =>
    about
      .freezePatterns()
      .flatMap((item) =>
        item.match !== undefined && 'kind' in item.match && item.match.kind === 'unmatched'
          ? [{ item, fault: item.match }]
          : [],
      ),
  tell: ({ item, fault }, { parsed, about }) => {
    const meant = fault.meant();
    return {
      path: item.path,
      range: valueRange(parsed, item.path),
      message: messageOf(item, meant, about.parameterNames() ?? []),
      // Of several near names nobody can tell which was meant.
      fixes: meant.map((pattern) => replacePattern(parsed, item, pattern, meant.length === 1)),
    };
  },
});

function messageOf({ pattern }: FreezePattern, meant: readonly string[], names: readonly string[]): string {
  const layers = `layers 0-${lastLayer(names)}`;
  if (pattern === 'lm_head')
    return '`lm_head` matches nothing, because the head of this model is tied to its embeddings: write `embeddings`.';
  if (/^layers? \d/.test(pattern))
    return `${quote(pattern)} matches nothing, because the model has only ${quote(layers)}: write layers among these.`;
  if (meant.length > 0)
    return `${quote(pattern)} matches no parameter of the model: did you mean ${alternatives(meant.map(quote))}?`;
  const groups = GROUP_NAMES.filter((group) => names.some((name) => isInGroup(group, name)));
  const sample = quote(names.at(1) ?? '');
  return `${quote(pattern)} matches no parameter of the model: write one of ${groups.join(', ')}, ${layers}, or a regular expression over names such as ${sample}.`;
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [ffn, layers 1, "attn.[qk]_proj"]}\n', world: { model: {} } },
    // Without the model's parameters nobody can tell.
    { text: 'freeze: {groups: [atention]}\n' },
    // GPT-2 files begin inside of the trunk, but an engine names the whole.
    {
      text: 'freeze: {groups: [transformer.h.0]}\n',
      world: {
        model: {
          config: { model_type: 'gpt2' },
          tensors: [
            { name: 'wte.weight', shape: [500, 64], dtype: 'F32' },
            { name: 'h.0.attn.bias', shape: [1, 1, 64, 64], dtype: 'F32' },
            { name: 'h.0.mlp.c_fc.weight', shape: [64, 256], dtype: 'F32' },
          ],
        },
      },
    },
  ],
  bad: [
    {
      text: 'freeze:\n  groups: [atention]  # these hold facts\n',
      world: { model: {} },
      says: ['`atention` matches no parameter of the model: did you mean `attention`?'],
      fixed: 'freeze:\n  groups: [attention]  # these hold facts\n',
    },
    {
      text: 'freeze:\n  trainable_groups:\n    - attention\n    - q_porj\n',
      world: { model: {} },
      says: ['`q_porj` matches no parameter of the model: did you mean `q_proj`?'],
      fixed: 'freeze:\n  trainable_groups:\n    - attention\n    - q_proj\n',
    },
    {
      text: 'freeze:\n  groups: [layer.0, layer.1.mlp]\n',
      world: { model: {} },
      says: [
        '`layer.0` matches no parameter of the model: did you mean `layers 0`?',
        '`layer.1.mlp` matches no parameter of the model: did you mean `layers.1.mlp`?',
      ],
      fixed: 'freeze:\n  groups: [layers 0, layers.1.mlp]\n',
    },
    {
      text: 'freeze: {groups: [lm_head]}\n',
      world: { model: {} },
      says: [
        '`lm_head` matches nothing, because the head of this model is tied to its embeddings: write `embeddings`.',
      ],
      fixed: 'freeze: {groups: [embeddings]}\n',
    },
    {
      text: 'freeze: {groups: [embeddings, lm_head]}\n',
      world: { model: {} },
      says: [
        '`lm_head` matches nothing, because the head of this model is tied to its embeddings: write `embeddings`.',
      ],
      alsoSays: ['freeze.tied-head'],
      fixed: 'freeze: {groups: [embeddings]}\n',
    },
    {
      text: 'freeze: {groups: [layers 12-20]}\n',
      world: { model: {} },
      says: [
        '`layers 12-20` matches nothing, because the model has only `layers 0-1`: write layers among these.',
      ],
    },
    {
      text: 'freeze: {groups: [zzz]}\n',
      world: { model: {} },
      says: [
        '`zzz` matches no parameter of the model: write one of embeddings, attention, q, k, v, o, ffn, gate, up, down, norms, layers 0-1, or a regular expression over names such as `model.layers.0.self_attn.q_proj.weight`.',
      ],
    },
    {
      text: 'engine: torch\nfreeze: {groups: [gate]}\n',
      world: {
        model: {
          config: { model_type: 'gpt2' },
          tensors: [
            { name: 'wte.weight', shape: [500, 64], dtype: 'F32' },
            { name: 'h.0.mlp.c_fc.weight', shape: [64, 256], dtype: 'F32' },
          ],
        },
      },
      says: [
        '`gate` matches no parameter of the model: write one of embeddings, ffn, up, layers 0-0, or a regular expression over names such as `transformer.h.0.mlp.c_fc.weight`.',
      ],
    },
  ],
};
