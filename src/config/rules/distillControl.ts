import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Weight 0 is the control that a distilled run is held against; anybody else meant another number. */
export const distillControl = defineRule({
  code: 'self-distill.control',
  level: 'hint',
  side: 'meaning',
  what: '`self_distill.kd_weight` is 0.',
  why: 'Nothing is distilled then: the run is plain fine-tuning after the same warm-up. That is the fair control of a distilled run, and else a mistake.',
  cure: 'Write `kd_weight: 1`, or leave it as the control.',
  find: ({ parsed }) => {
    const distill = settingOf(parsed, 'self_distill');
    // Without a warm-up it is no control.
    return distill?.kd_weight === 0 && distill.teacher === 'snapshot' ? [distill] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['self_distill', 'kd_weight'],
    range: valueRange(parsed, ['self_distill', 'kd_weight']),
    message:
      '`self_distill.kd_weight` is `0`, so nothing is distilled: right as the control of a distilled run, with the same warm-up; else write `1`.',
  }),
});

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n' },
    { text: 'self_distill: {kd_weight: 0.5}\n' },
    // Another rule's business.
    { text: 'self_distill: {kd_weight: -1}\n' },
  ],
  bad: [
    {
      text: 'self_distill: {kd_weight: 0}\n',
      says: [
        '`self_distill.kd_weight` is `0`, so nothing is distilled: right as the control of a distilled run, with the same warm-up; else write `1`.',
      ],
    },
    {
      text: 'self_distill:\n  kd_weight: 0.0\n',
      says: [
        '`self_distill.kd_weight` is `0`, so nothing is distilled: right as the control of a distilled run, with the same warm-up; else write `1`.',
      ],
    },
  ],
};
