import { fileName, inSentence, placeIn } from '../dataFiles.ts';
import type { TokenFacts } from '../facts.ts';
import { shareOfRows, type RowShare } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { isAll, unwordableFiles } from './noWordableRow.ts';
import { defineRule } from './rule.ts';

/** The engines say so as well, when the run has begun. */
export const unwordableRows = defineRule({
  code: 'tokens.unwordable-rows',
  level: 'warning',
  side: 'meaning',
  what: 'Some rows of a file cannot be worded for the model.',
  why: 'A run leaves them out and goes on: what they were to teach is not learned.',
  cure: 'Use a model with a chat template that words them, or rows of one question and one answer.',
  find: ({ about }) => unwordableFiles(about).filter((found) => !isAll(found)),
  tell: ({ file, tokens, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${shareOfRows(shareOf(tokens))} left out of ${fileName(file)}; the first, ${placeIn(file, first.line)}, ${inSentence(first.message)}.`,
  }),
});

/** `rows` counts those that can be worded, in the whole file; the others stand to them as in the sample. */
function shareOf({ rows, lengths, unwordable }: TokenFacts): RowShare {
  const isSampled = lengths.length < rows || lengths.length === 0;
  const found =
    isSampled && lengths.length > 0 ? Math.round((unwordable * rows) / lengths.length) : unwordable;
  return { rows: found, of: rows + found, isSampled };
}

const REFUSED =
  "cannot be put into the model's chat template (Conversation roles must alternate): use rows of one question and one answer";

export const examples: Examples = {
  good: [{ text: '', world: { tokens: { 'rows.jsonl': { unwordable: 0 } } } }, { text: '' }],
  bad: [
    {
      text: '',
      world: {
        tokens: { 'rows.jsonl': { unwordable: 3, first_unwordable: { line: 8, message: REFUSED } } },
      },
      says: [
        "3 of 103 rows are left out of `rows.jsonl`; the first, line 8, cannot be put into the model's chat template (Conversation roles must alternate): use rows of one question and one answer.",
      ],
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: {
        tokens: {
          'more.jsonl': { rows: 9_000, unwordable: 10, first_unwordable: { line: 8, message: REFUSED } },
        },
      },
      says: [
        "About 900 of 9,900 rows are left out of `more.jsonl`; the first, line 8, cannot be put into the model's chat template (Conversation roles must alternate): use rows of one question and one answer.",
      ],
    },
  ],
};
