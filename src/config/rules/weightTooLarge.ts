import { grouped } from '../../base/format.ts';
import { countsOf, fileName } from '../dataFiles.ts';
import { rowsPerEpoch } from '../estimate/steps.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import { numberText, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Small files are repeated a few times on purpose; nobody means twenty epochs in one. */
const MOST = 20;

/** Other trainers mix files by percentages. */
export const weightTooLarge = defineRule({
  code: 'data.weight-too-large',
  level: 'warning',
  side: 'meaning',
  what: 'The `weight` of a training file is 20 or more.',
  why: 'A weight says how often each row comes per epoch, it is no percentage: so many repetitions are learned by heart, and an epoch takes that much longer.',
  cure: 'Write how often rows shall come: 1, 2, or 0.5 for every second one.',
  find: ({ about }) => about.trainFiles().filter(({ weight }) => weight >= MOST),
  tell: (file, { parsed }) => {
    const path = [...file.at.slice(0, -1), 'weight'];
    const rows = countsOf(file)?.rows;
    const sum =
      rows === undefined ? '' : `, ${rowsText(rows)} as ${grouped(rowsPerEpoch(rows, file.weight))}`;
    return {
      path,
      range: valueRange(parsed, path),
      message: `\`weight\` is ${quote(numberText(file.weight))}, so each row of ${fileName(file)} comes ${numberText(file.weight)} times per epoch${sum}: write how often it shall come, such as \`1\` or \`2\`; percentages are written \`0.7\` and \`0.3\`.`,
    };
  },
});

const whole = (weights: readonly [number, number]): string =>
  `version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl, weight: ${weights[0]}}, {path: more.jsonl, weight: ${weights[1]}}]\n`;

export const examples: Examples = {
  good: [{ text: whole([1, 5]), isWhole: true }, { text: '' }],
  bad: [
    {
      text: whole([10, 90]),
      isWhole: true,
      world: { data: { 'more.jsonl': { rows: 1_000 } } },
      says: [
        '`weight` is `90`, so each row of `more.jsonl` comes 90 times per epoch, 1,000 rows as 90,000: write how often it shall come, such as `1` or `2`; percentages are written `0.7` and `0.3`.',
      ],
    },
    {
      text: whole([1, 20]),
      isWhole: true,
      says: [
        '`weight` is `20`, so each row of `more.jsonl` comes 20 times per epoch: write how often it shall come, such as `1` or `2`; percentages are written `0.7` and `0.3`.',
      ],
    },
  ],
};
