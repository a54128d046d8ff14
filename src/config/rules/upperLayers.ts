import { isInGroup, lastLayer, layerOf } from '../../data/groupPatterns.ts';
import { keyRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Gradients come from above: only below the lowest layer that moves is there nothing to compute. */
export const upperLayers = defineRule({
  code: 'freeze.upper-layers',
  level: 'hint',
  side: 'meaning',
  what: '`freeze` holds the upper layers still while the lowest ones move.',
  why: 'Gradients still pass through the frozen layers to what moves below, so that time and activations hardly shrink; only their optimizer state is saved.',
  cure: 'Freeze the lower layers instead, if the run shall be cheaper; leave it, if the upper layers shall keep what they are.',
  source: 'LLaMA-Factory #8436',
  find: (input) => {
    const layers = stillAbove(input);
    return layers === undefined ? [] : [layers];
  },
  tell: ({ from, to }, { parsed, about }) => {
    const isListed = about.freezePatterns().some(({ key }) => key === 'groups');
    const path = ['freeze', isListed ? 'groups' : 'trainable_groups'];
    const lower = `layers 0-${to - from}`;
    return {
      path,
      range: keyRange(parsed, path),
      message: `Only ${quote(`layers ${from}-${to}`)} stand still above layers that move, and gradients pass through them all the same, which saves little time and memory: freeze ${quote(lower)} and \`embeddings\` if the run shall be cheaper.`,
    };
  },
});

/** The frozen layers, if they are whole, on top, and everything from the bottom up moves. */
function stillAbove({ about }: RuleInput): { readonly from: number; readonly to: number } | undefined {
  const [trainable, names = []] = [about.trainable(), about.parameterNames()];
  if (trainable === undefined || 'problem' in trainable || about.freezePatterns().length === 0)
    return undefined;
  const moving = new Set(trainable.trainable);
  const to = lastLayer(names);
  const highest = Math.max(-1, ...trainable.trainable.map((name) => layerOf(name) ?? -1));
  const movesLowest = trainable.trainable.some((name) => (layerOf(name) ?? 1) === 0);
  const lowest = names.filter((name) => (layerOf(name) ?? to) <= highest && !isInGroup('embeddings', name));
  const isWhole = lowest.every((name) => moving.has(name));
  return movesLowest && isWhole && highest < to ? { from: highest + 1, to } : undefined;
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [embeddings, layers 0]}\n', world: { model: {} } },
    // Parts of all layers: the usual cure.
    { text: 'freeze: {groups: [ffn]}\n', world: { model: {} } },
    { text: 'freeze: {trainable_groups: [attention]}\n', world: { model: {} } },
    { text: 'freeze: {groups: [layers 1]}\n' },
  ],
  bad: [
    {
      text: 'freeze: {groups: [layers 1]}\n',
      world: { model: {} },
      says: [
        'Only `layers 1-1` stand still above layers that move, and gradients pass through them all the same, which saves little time and memory: freeze `layers 0-0` and `embeddings` if the run shall be cheaper.',
      ],
    },
    {
      text: 'freeze:\n  trainable_groups: [embeddings, layers 0]\n',
      world: { model: {} },
      says: [
        'Only `layers 1-1` stand still above layers that move, and gradients pass through them all the same, which saves little time and memory: freeze `layers 0-0` and `embeddings` if the run shall be cheaper.',
      ],
      alsoSays: ['freeze.tied-head'],
    },
  ],
};
