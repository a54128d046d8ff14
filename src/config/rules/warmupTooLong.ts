import { plural } from '../../base/text.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A learning rate that only ever climbs is a typo more often than a plan. */
export const warmupTooLong = defineRule({
  code: 'config.warmup-too-long',
  level: 'warning',
  side: 'meaning',
  what: 'The warm-up is as long as the run, or longer.',
  why: 'The learning rate would only ever climb and never reach its peak.',
  cure: 'Write fewer warm-up steps, or a share of all steps such as `0.1`.',
  find: (input) => tooLong(input),
  tell: ({ warmup, total, isWritten }, { parsed }) => ({
    path: ['warmup_steps'],
    range: valueRange(parsed, ['warmup_steps']),
    message:
      `\`warmup_steps\` is \`${warmup}\` and ${isWritten ? `\`max_steps\` only \`${total}\`` : `the run has only ${plural(total, 'step')} on this data`}, ` +
      'so the learning rate never reaches its peak: write fewer warm-up steps.',
    fixes: [
      {
        title: 'Change to 0.1, a tenth of all steps',
        edits: [replaceValue(parsed, ['warmup_steps'], '0.1')],
        isCertain: false,
      },
    ],
  }),
});

interface TooLong {
  readonly warmup: string;
  readonly total: number;
  /** Whether `max_steps` says so. */
  readonly isWritten: boolean;
}

function tooLong({ parsed, about }: RuleInput): TooLong[] {
  const warmup = settingOf(parsed, 'warmup_steps') ?? 0;
  const written = settingOf(parsed, 'max_steps') ?? -1;
  const total = written > 0 ? written : (about.steps() ?? -1);
  // A constant learning rate has no warm-up, which is another problem.
  const isConstant = settingOf(parsed, 'lr_scheduler_type') === 'constant';
  // Below 1 warmup_steps is a share of all steps, which is always shorter.
  if (isConstant || total <= 0 || warmup < 1 || warmup < total) return [];
  return [{ warmup: String(warmup), total, isWritten: written > 0 }];
}

const ROWS = { data: { 'rows.jsonl': { rows: 100 } } };

export const examples: Examples = {
  good: [
    { text: 'max_steps: 10\nwarmup_steps: 9\n' },
    // Below 1 it is a share of all steps.
    { text: 'max_steps: 1\nwarmup_steps: 0.9\n' },
    { text: 'max_steps: -1\nwarmup_steps: 1000\n' },
    // 3 epochs of 13 steps.
    { text: 'warmup_steps: 38\n', world: ROWS },
  ],
  bad: [
    {
      text: 'max_steps: 10\nwarmup_steps: 10\n',
      says: [
        '`warmup_steps` is `10` and `max_steps` only `10`, so the learning rate never reaches its peak: write fewer warm-up steps.',
      ],
      fixed: 'max_steps: 10\nwarmup_steps: 0.1\n',
    },
    {
      text: 'warmup_steps: 100  # as always\n',
      world: ROWS,
      says: [
        '`warmup_steps` is `100` and the run has only 39 steps on this data, so the learning rate never reaches its peak: write fewer warm-up steps.',
      ],
      fixed: 'warmup_steps: 0.1  # as always\n',
    },
  ],
};
