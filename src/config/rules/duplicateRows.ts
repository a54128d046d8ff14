import { grouped } from '../../base/format.ts';
import { countsOf, fileName, placeIn } from '../dataFiles.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Repetition is what makes a model learn a row by heart; by accident it is only bias. */
export const duplicateRows = defineRule({
  code: 'data.duplicate-rows',
  level: 'hint',
  side: 'meaning',
  what: 'Rows of a data file say what an earlier row says, prompt and answer alike.',
  why: 'They count twice: in training such rows are learned by heart sooner than others, in a measurement they weigh more.',
  cure: 'Remove them; to have rows count more often on purpose, put them into a file with a `weight`.',
  find: ({ about }) =>
    about.dataFiles().flatMap((file) => {
      const counts = countsOf(file);
      return counts === undefined || counts.duplicates === 0 ? [] : [{ file, counts }];
    }),
  tell: ({ file, counts }, { parsed }) => {
    const first = counts.first_duplicate;
    const isOne = counts.duplicates === 1;
    const place =
      first === undefined ? '' : ` (${placeIn(file, first.line)} repeats ${placeIn(file, first.earlier)})`;
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${grouped(counts.duplicates)} of ${rowsText(counts.rows)} of ${fileName(file)} ${isOne ? 'says' : 'say'} what an earlier row says${place}, so ${isOne ? 'it counts' : 'they count'} again: remove ${isOne ? 'it' : 'them'}, or have rows count more often by a \`weight\`.`,
    };
  },
});

export const examples: Examples = {
  good: [{ text: '', world: { data: { 'rows.jsonl': { duplicates: 0 } } } }, { text: '' }],
  bad: [
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': { rows: 1_200, duplicates: 12, first_duplicate: { line: 9, earlier: 3 } },
        },
      },
      says: [
        '12 of 1,200 rows of `rows.jsonl` say what an earlier row says (line 9 repeats line 3), so they count again: remove them, or have rows count more often by a `weight`.',
      ],
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: { data: { 'more.jsonl': { duplicates: 1, first_duplicate: { line: 2, earlier: 1 } } } },
      says: [
        '1 of 100 rows of `more.jsonl` says what an earlier row says (line 2 repeats line 1), so it counts again: remove it, or have rows count more often by a `weight`.',
      ],
    },
  ],
};
