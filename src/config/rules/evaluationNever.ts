import { plural } from '../../base/text.ts';
import { setSetting } from '../edits.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A run is watched for what it forgets while it can still be stopped, not when it is over. */
export const evaluationNever = defineRule({
  code: 'schedule.evaluation-never',
  level: 'warning',
  side: 'meaning',
  what: 'The first evaluation would be due at the end of the run, or after it.',
  why: 'Nothing is measured between start and end: no forgetting is seen while it happens, no best checkpoint can be kept, and `on_exceeded: stop` never stops.',
  cure: 'Write a share of all steps, such as `eval_steps: 0.05`.',
  find: (input) => neverDue(input),
  tell: ({ key, value, steps }, { parsed }) => {
    const path = firstWritten(parsed, [key], ['eval_strategy']);
    return {
      path,
      range: valueRange(parsed, path),
      message: `\`${key}\` is \`${value}\`, and the run has ${steps}, so nothing is measured between start and end: write \`${key === 'eval_strategy' ? 'eval_strategy: steps' : 'eval_steps: 0.05'}\`.`,
      fixes:
        key === 'eval_steps'
          ? [
              {
                title: 'Change to 0.05, 20 times per run',
                edits: [setSetting(parsed, ['eval_steps'], '0.05')],
                isCertain: false,
              },
            ]
          : [
              {
                title: 'Change to steps',
                edits: [setSetting(parsed, ['eval_strategy'], 'steps')],
                isCertain: false,
              },
            ],
    };
  },
});

interface NeverDue {
  readonly key: 'eval_steps' | 'eval_strategy';
  readonly value: string;
  /** How long the run is, with its noun. */
  readonly steps: string;
}

function neverDue({ about }: RuleInput): NeverDue[] {
  const [config, steps, length] = [about.config(), about.steps(), about.length()];
  if (config === undefined || steps === undefined || steps < 2) return [];
  if (config.eval_strategy === 'steps' && config.eval_steps >= steps)
    return [{ key: 'eval_steps', value: String(config.eval_steps), steps: plural(steps, 'step') }];
  if (config.eval_strategy === 'epoch' && length !== undefined && length.stepsPerEpoch >= steps)
    return [
      { key: 'eval_strategy', value: 'epoch', steps: `${plural(steps, 'step')}, no more than one epoch` },
    ];
  return [];
}

const ROWS = { data: { 'rows.jsonl': { rows: 100 } } };

export const examples: Examples = {
  good: [
    { text: 'eval_steps: 38\n', world: ROWS },
    { text: 'eval_steps: 0.5\nmax_steps: 2\n' },
    { text: 'eval_strategy: epoch\n', world: ROWS },
    { text: 'eval_strategy: no\nmax_steps: 10\n' },
    { text: 'eval_steps: 500\n' },
  ],
  bad: [
    {
      text: 'eval_steps: 500  # as in the paper\n',
      world: ROWS,
      says: [
        '`eval_steps` is `500`, and the run has 39 steps, so nothing is measured between start and end: write `eval_steps: 0.05`.',
      ],
      fixed: 'eval_steps: 0.05  # as in the paper\n',
    },
    {
      text: 'max_steps: 100\neval_steps: 100\n',
      says: [
        '`eval_steps` is `100`, and the run has 100 steps, so nothing is measured between start and end: write `eval_steps: 0.05`.',
      ],
      fixed: 'max_steps: 100\neval_steps: 0.05\n',
    },
    {
      text: 'num_train_epochs: 1\neval_strategy: epoch\n',
      world: ROWS,
      says: [
        '`eval_strategy` is `epoch`, and the run has 13 steps, no more than one epoch, so nothing is measured between start and end: write `eval_strategy: steps`.',
      ],
      alsoSays: ['schedule.few-steps'],
      fixed: 'num_train_epochs: 1\neval_strategy: steps\n',
    },
  ],
};
