import { setSetting } from '../edits.ts';
import { keyRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Two points make no curve. */
export const evalFileUnused = defineRule({
  code: 'schedule.eval-file-unused',
  level: 'hint',
  side: 'meaning',
  what: 'There is an `eval_file`, and `eval_strategy` is `no`.',
  why: 'Its loss is measured at the start and at the end only, so nothing shows when the run began to overfit.',
  cure: 'Write `eval_strategy: steps`, or delete `eval_file`.',
  find: ({ parsed }) => {
    const isNever = settingOf(parsed, 'eval_strategy') === 'no';
    return isNever && settingOf(parsed, 'eval_file') !== undefined ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['eval_file'],
    range: keyRange(parsed, ['eval_file']),
    message:
      '`eval_file` is measured at the start and at the end only, because `eval_strategy` is `no`: write `eval_strategy: steps` to see when the run overfits.',
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
  good: [{ text: 'eval_file: more.jsonl\n' }, { text: 'eval_strategy: no\n' }],
  bad: [
    {
      text: 'eval_file: more.jsonl\neval_strategy: no\n',
      says: [
        '`eval_file` is measured at the start and at the end only, because `eval_strategy` is `no`: write `eval_strategy: steps` to see when the run overfits.',
      ],
      fixed: 'eval_file: more.jsonl\neval_strategy: steps\n',
    },
  ],
};
