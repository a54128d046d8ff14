import { removeSetting } from '../edits.ts';
import { movingNames } from '../freezePatterns.ts';
import { keyRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** With everything still the loss would be printed and nothing learned. */
export const nothingTrainable = defineRule({
  code: 'freeze.nothing-trainable',
  level: 'error',
  side: 'meaning',
  what: '`freeze` leaves no parameter of the model to train.',
  why: 'Nothing would be learned, so the engines refuse to start.',
  cure: 'Leave a group out of `groups`, or drop one of `groups` and `trainable_groups`.',
  source: 'Axolotl trains nothing then, after one warning (training with `unfrozen_parameters`)',
  find: (input) => (nothingMoves(input) ? [input.about.config()?.freeze?.trainable_groups] : []),
  tell: (movers, { parsed }) => ({
    path: ['freeze', 'groups'],
    range: keyRange(parsed, ['freeze', 'groups']),
    message:
      movers === undefined
        ? '`freeze.groups` names every parameter of the model, so that nothing would be trained: leave one group out.'
        : '`freeze.groups` freezes all that `freeze.trainable_groups` lets move, so that nothing would be trained: take one of the two out.',
    fixes:
      movers === undefined
        ? []
        : [
            {
              title: 'Delete groups',
              edits: [removeSetting(parsed, ['freeze', 'groups'])],
              isCertain: false,
            },
          ],
  }),
});

/** A pattern that matches nothing is another problem, and there may be something to train once it is mended. */
function nothingMoves({ about }: RuleInput): boolean {
  const patterns = about.freezePatterns();
  const names = about.parameterNames();
  return names !== undefined && patterns.length > 0 && movingNames(patterns, names)?.length === 0;
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [ffn]}\n', world: { model: {} } },
    { text: 'freeze: {groups: [q], trainable_groups: [q, k]}\n', world: { model: {} } },
    { text: 'freeze: {groups: ["."]}\n' },
  ],
  bad: [
    {
      text: 'freeze:\n  groups: ["."]\n',
      world: { model: {} },
      says: [
        '`freeze.groups` names every parameter of the model, so that nothing would be trained: leave one group out.',
      ],
    },
    {
      text: 'freeze:\n  groups: [attention]  # hold on\n  trainable_groups: [q, k]\n',
      world: { model: {} },
      says: [
        '`freeze.groups` freezes all that `freeze.trainable_groups` lets move, so that nothing would be trained: take one of the two out.',
      ],
      fixed: 'freeze:\n  trainable_groups: [q, k]\n',
    },
    {
      text: 'freeze: {groups: [attention], trainable_groups: [q]}\n',
      world: { model: {} },
      says: [
        '`freeze.groups` freezes all that `freeze.trainable_groups` lets move, so that nothing would be trained: take one of the two out.',
      ],
      fixed: 'freeze: {trainable_groups: [q]}\n',
    },
  ],
};
