import { countsOf, fileName } from '../dataFiles.ts';
import { replaceValue } from '../edits.ts';
import { rowsPerEpoch } from '../estimate/steps.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import { numberText, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Rows of an epoch are rounded: of a hundred, a thousandth is none. */
export const weightTooSmall = defineRule({
  code: 'data.weight-too-small',
  level: 'warning',
  side: 'meaning',
  what: 'The `weight` of a training file is so small that no row of it is in any epoch.',
  why: 'The file would be read and never trained on.',
  cure: 'Write a larger weight, or leave the file out.',
  find: ({ about }) =>
    about.trainFiles().flatMap((file) => {
      const rows = countsOf(file)?.rows ?? 0;
      return rows > 0 && rowsPerEpoch(rows, file.weight) === 0 ? [{ file, rows }] : [];
    }),
  tell: ({ file, rows }, { parsed }) => {
    const path = [...file.at.slice(0, -1), 'weight'];
    const least = numberText(oneOf(rows));
    return {
      path,
      range: valueRange(parsed, path),
      message: `\`weight\` is ${quote(numberText(file.weight))}, so of the ${rowsText(rows)} of ${fileName(file)} none is in an epoch: write at least \`${least}\`, or leave the file out.`,
      fixes: [
        {
          title: `Change to weight: ${least}, one row per epoch`,
          edits: [replaceValue(parsed, path, least)],
          isCertain: false,
        },
      ],
    };
  },
});

/** The share that is one row, to two digits and not less. */
function oneOf(rows: number): number {
  const digits = 10 ** (Math.ceil(Math.log10(rows)) + 1);
  return Math.ceil(digits / rows) / digits;
}

const whole = (weight: string): string =>
  `version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl}, {path: more.jsonl, weight: ${weight}}]\n`;
const world = { data: { 'rows.jsonl': {}, 'more.jsonl': { rows: 300 } } };

export const examples: Examples = {
  good: [
    { text: whole('0.01'), isWhole: true, world },
    { text: whole('0.0001'), isWhole: true },
  ],
  bad: [
    {
      text: whole('0.001'),
      isWhole: true,
      world,
      says: [
        '`weight` is `0.001`, so of the 300 rows of `more.jsonl` none is in an epoch: write at least `0.0034`, or leave the file out.',
      ],
      fixed: whole('0.0034'),
    },
  ],
};
