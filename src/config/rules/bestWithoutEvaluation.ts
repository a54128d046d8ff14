import { setSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What is best is told by evaluations. */
export const bestWithoutEvaluation = defineRule({
  code: 'schedule.best-without-evaluation',
  level: 'warning',
  side: 'meaning',
  what: '`save_strategy` is `best`, and `eval_strategy` is `no`.',
  why: 'A checkpoint is the best by its evaluation; without any only the end of the run is kept, however much it has forgotten by then.',
  cure: 'Write `eval_strategy: steps`, or `save_strategy: steps`.',
  find: ({ parsed }) => {
    const isNever = settingOf(parsed, 'eval_strategy') === 'no';
    return parsed.value?.save_strategy === 'best' && isNever ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['save_strategy'],
    range: valueRange(parsed, ['save_strategy']),
    message:
      '`save_strategy` is `best` and `eval_strategy` is `no`, so nothing tells which checkpoint is the best: write `eval_strategy: steps`, or `save_strategy: steps`.',
    fixes: [
      {
        title: 'Change to eval_strategy: steps',
        edits: [setSetting(parsed, ['eval_strategy'], 'steps')],
        isCertain: false,
      },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'save_strategy: best\n' },
    { text: 'eval_strategy: no\n' },
    { text: 'save_strategy: no\neval_strategy: no\n' },
  ],
  bad: [
    {
      text: 'save_strategy: best\neval_strategy: no\n',
      says: [
        '`save_strategy` is `best` and `eval_strategy` is `no`, so nothing tells which checkpoint is the best: write `eval_strategy: steps`, or `save_strategy: steps`.',
      ],
      fixed: 'save_strategy: best\neval_strategy: steps\n',
    },
  ],
};
