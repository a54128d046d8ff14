import { removeFreeze } from '../freezeFixes.ts';
import { keyRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A block that holds nothing still protects nothing. */
export const everythingMoves = defineRule({
  code: 'freeze.everything-moves',
  level: 'warning',
  side: 'meaning',
  what: '`freeze.trainable_groups` names every parameter of the model.',
  why: 'Nothing stands still then: the run is a plain fine-tune, and forgets like one.',
  cure: 'Name fewer groups, or delete `freeze`.',
  find: (input) => (movesAll(input) ? ['trainable_groups'] : []),
  tell: (key, { parsed }) => ({
    path: ['freeze', key],
    range: keyRange(parsed, ['freeze', key]),
    message:
      '`freeze.trainable_groups` names every parameter of the model, so that nothing stands still: name fewer groups, or delete `freeze`.',
    fixes: [removeFreeze(parsed)],
  }),
});

function movesAll({ about }: RuleInput): boolean {
  const [trainable, names] = [about.trainable(), about.parameterNames()];
  if (trainable === undefined || 'problem' in trainable || about.freezePatterns().length === 0) return false;
  return trainable.trainable.length === names?.length;
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {trainable_groups: [attention]}\n', world: { model: {} } },
    { text: 'freeze: {trainable_groups: ["."], groups: [norms]}\n', world: { model: {} } },
    { text: 'seed: 1\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'freeze:\n  trainable_groups: [attention, ffn, norms, embeddings]\nseed: 1\n',
      world: { model: {} },
      says: [
        '`freeze.trainable_groups` names every parameter of the model, so that nothing stands still: name fewer groups, or delete `freeze`.',
      ],
      alsoSays: ['freeze.tied-head'],
      fixed: 'seed: 1\n',
    },
    {
      text: 'freeze: {trainable_groups: ["."]}\n',
      world: { model: {} },
      says: [
        '`freeze.trainable_groups` names every parameter of the model, so that nothing stands still: name fewer groups, or delete `freeze`.',
      ],
      fixed: '',
    },
  ],
};
