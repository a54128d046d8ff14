import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** The best is that which answers most new questions, else the lowest eval_loss, else the most known ones (DESIGN 6). */
export const bestWithoutMeasure = defineRule({
  code: 'schedule.best-without-measure',
  level: 'hint',
  side: 'meaning',
  what: '`save_strategy` is `best`, no training row asks a question, and there is no `eval_file`.',
  why: 'Nothing says which evaluation is the best, so only the end of the run is kept.',
  cure: 'Give an `eval_file`, or write `save_strategy: steps`.',
  find: (input) => {
    const { parsed, about } = input;
    const isBest = parsed.value?.save_strategy === 'best' && settingOf(parsed, 'eval_strategy') !== 'no';
    return isBest && about.evalFile() === undefined && isTextOnly(input) ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['save_strategy'],
    range: valueRange(parsed, ['save_strategy']),
    message:
      '`save_strategy` is `best`, and plain text without an `eval_file` has nothing to be the best by: give an `eval_file`, or write `steps`.',
  }),
});

function isTextOnly({ about }: RuleInput): boolean {
  const kinds = about.trainFiles().map((file) => file.data()?.kinds);
  return kinds.every(
    (kind) => kind !== undefined && kind.text > 0 && kind.completion + kind.question + kind.chat === 0,
  );
}

const TEXT = { data: { 'rows.jsonl': { kinds: { text: 100, completion: 0, question: 0, chat: 0 } } } };

export const examples: Examples = {
  good: [
    { text: 'save_strategy: best\n' },
    { text: 'save_strategy: best\n', world: { data: { 'rows.jsonl': {} } } },
    { text: 'save_strategy: best\neval_file: more.jsonl\n', world: TEXT },
    { text: 'save_strategy: steps\nsave_steps: 0.5\n', world: TEXT },
  ],
  bad: [
    {
      text: 'save_strategy: best\n',
      world: TEXT,
      says: [
        '`save_strategy` is `best`, and plain text without an `eval_file` has nothing to be the best by: give an `eval_file`, or write `steps`.',
      ],
      alsoSays: ['data.without-questions'],
    },
  ],
};
