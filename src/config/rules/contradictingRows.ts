import { grouped } from '../../base/format.ts';
import { countsOf, fileName, placeIn } from '../dataFiles.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** One question, two answers: greedy decoding says one of them. */
export const contradictingRows = defineRule({
  code: 'data.contradicting-rows',
  level: 'warning',
  side: 'meaning',
  what: 'Training rows ask what an earlier row asks and accept none of its answers.',
  why: 'A model says one answer to one question, so at most one of the rows can ever be right: loss and accuracy stay worse than they could be, and the model is pulled both ways.',
  cure: 'Keep the right one, or write one row with `question` and all its `answers`.',
  find: ({ about }) =>
    about.trainFiles().flatMap((file) => {
      const counts = countsOf(file);
      return counts === undefined || counts.contradictions === 0 ? [] : [{ file, counts }];
    }),
  tell: ({ file, counts }, { parsed }) => {
    const first = counts.first_contradiction;
    const isOne = counts.contradictions === 1;
    const place =
      first === undefined ? '' : ` (${placeIn(file, first.line)} against ${placeIn(file, first.earlier)})`;
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${grouped(counts.contradictions)} of ${rowsText(counts.rows)} of ${fileName(file)} ${isOne ? 'asks' : 'ask'} what an earlier row asks and ${isOne ? 'wants' : 'want'} another answer${place}, so a model cannot get both right: keep one, or write one row with \`question\` and all its \`answers\`.`,
    };
  },
});

const CONTRADICTING = { rows: 100, contradictions: 4, first_contradiction: { line: 9, earlier: 3 } };

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { contradictions: 0, duplicates: 0 } } } },
    // What is only measured teaches nothing.
    { text: 'eval_file: more.jsonl\n', world: { data: { 'more.jsonl': CONTRADICTING } } },
  ],
  bad: [
    {
      text: '',
      world: { data: { 'rows.jsonl': CONTRADICTING } },
      says: [
        '4 of 100 rows of `rows.jsonl` ask what an earlier row asks and want another answer (line 9 against line 3), so a model cannot get both right: keep one, or write one row with `question` and all its `answers`.',
      ],
    },
    {
      text: 'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl}, {path: more.jsonl}]\n',
      isWhole: true,
      world: { data: { 'rows.jsonl': {}, 'more.jsonl': { contradictions: 1 } } },
      says: [
        '1 of 100 rows of `more.jsonl` asks what an earlier row asks and wants another answer, so a model cannot get both right: keep one, or write one row with `question` and all its `answers`.',
      ],
    },
  ],
};
