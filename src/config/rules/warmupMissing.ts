import { setSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The name promises what another setting must give. */
export const warmupMissing = defineRule({
  code: 'schedule.warmup-missing',
  level: 'hint',
  side: 'meaning',
  what: '`lr_scheduler_type` is `constant_with_warmup`, and `warmup_steps` is 0.',
  why: 'The learning rate is constant from the first step on: there is no warm-up.',
  cure: 'Write how long it is, as a share of all steps (`warmup_steps: 0.1`) or in steps.',
  find: ({ parsed }) => {
    const isPromised = settingOf(parsed, 'lr_scheduler_type') === 'constant_with_warmup';
    return isPromised && settingOf(parsed, 'warmup_steps') === 0 ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['lr_scheduler_type'],
    range: valueRange(parsed, ['lr_scheduler_type']),
    message:
      '`lr_scheduler_type` is `constant_with_warmup` and `warmup_steps` is `0`, so there is no warm-up: write `warmup_steps: 0.1`, a tenth of all steps.',
    fixes: [
      {
        title: 'Set warmup_steps: 0.1',
        edits: [setSetting(parsed, ['warmup_steps'], '0.1')],
        isCertain: false,
      },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'lr_scheduler_type: constant_with_warmup\nwarmup_steps: 5\n' },
    { text: 'warmup_steps: 0\n' },
  ],
  bad: [
    {
      text: 'lr_scheduler_type: constant_with_warmup\n',
      says: [
        '`lr_scheduler_type` is `constant_with_warmup` and `warmup_steps` is `0`, so there is no warm-up: write `warmup_steps: 0.1`, a tenth of all steps.',
      ],
      fixed: 'lr_scheduler_type: constant_with_warmup\nwarmup_steps: 0.1\n',
    },
  ],
};
