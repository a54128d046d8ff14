import { setSetting } from '../edits.ts';
import { keyRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Hugging Face's `constant` is constant from the first step, whatever warmup_steps says. */
export const warmupIgnored = defineRule({
  code: 'schedule.warmup-ignored',
  level: 'hint',
  side: 'meaning',
  what: '`warmup_steps` is set, and `lr_scheduler_type` is `constant`.',
  why: 'A constant learning rate is constant from the first step on, so there is no warm-up.',
  cure: 'Write `lr_scheduler_type: constant_with_warmup`, or delete `warmup_steps`.',
  find: ({ parsed }) => {
    const warmup = settingOf(parsed, 'warmup_steps') ?? 0;
    return warmup > 0 && settingOf(parsed, 'lr_scheduler_type') === 'constant' ? [warmup] : [];
  },
  tell: (warmup, { parsed }) => ({
    path: ['warmup_steps'],
    range: keyRange(parsed, ['warmup_steps']),
    message: `\`warmup_steps\` is \`${warmup}\` and has no effect because \`lr_scheduler_type\` is \`constant\`: write \`constant_with_warmup\`, or delete \`warmup_steps\`.`,
    fixes: [
      {
        title: 'Change to lr_scheduler_type: constant_with_warmup',
        edits: [setSetting(parsed, ['lr_scheduler_type'], 'constant_with_warmup')],
        isCertain: false,
      },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'lr_scheduler_type: constant_with_warmup\nwarmup_steps: 0.1\n' },
    { text: 'lr_scheduler_type: constant\nwarmup_steps: 0\n' },
    { text: 'lr_scheduler_type: constant\n' },
  ],
  bad: [
    {
      text: 'lr_scheduler_type: constant  # flat\nwarmup_steps: 20\n',
      says: [
        '`warmup_steps` is `20` and has no effect because `lr_scheduler_type` is `constant`: write `constant_with_warmup`, or delete `warmup_steps`.',
      ],
      fixed: 'lr_scheduler_type: constant_with_warmup  # flat\nwarmup_steps: 20\n',
    },
  ],
};
