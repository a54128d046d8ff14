import { removeFreeze } from '../freezeFixes.ts';
import { keyRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** What stands still in a model of random weights stays random. */
export const randomWeights = defineRule({
  code: 'freeze.random-weights',
  level: 'warning',
  side: 'meaning',
  what: '`freeze` holds parts of a model still that `from_config: true` makes at random.',
  why: 'They never learn anything: the rest of the model has to work around noise.',
  cure: 'Delete `freeze`, or start from trained weights.',
  find: (input) => (isRandom(input) ? ['freeze'] : []),
  tell: (key, { parsed }) => ({
    path: [key],
    range: keyRange(parsed, [key]),
    message:
      '`freeze` holds parts still that `from_config: true` has only just made at random: delete `freeze`, or start from trained weights.',
    fixes: [removeFreeze(parsed)],
  }),
});

function isRandom({ about }: RuleInput): boolean {
  return about.config()?.from_config === true && about.freezePatterns().length > 0;
}

export const examples: Examples = {
  good: [
    { text: 'from_config: true\nprobes: {sets: []}\n' },
    { text: 'from_config: false\nfreeze: {groups: [ffn]}\n' },
  ],
  bad: [
    {
      text: 'from_config: true\nfreeze:\n  groups: [ffn]\nprobes: {sets: []}\n',
      says: [
        '`freeze` holds parts still that `from_config: true` has only just made at random: delete `freeze`, or start from trained weights.',
      ],
      fixed: 'from_config: true\nprobes: {sets: []}\n',
    },
  ],
};
