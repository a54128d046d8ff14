import { grouped } from '../../base/format.ts';
import { countsOf, fileName } from '../dataFiles.ts';
import { rowsPerEpoch } from '../estimate/steps.ts';
import { rowsText } from '../rowCounts.ts';
import type { NamedFile } from '../namedFile.ts';
import { keyRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Where files are interleaved by probability, their numbers add up to 1. */
export const weightsAsShares = defineRule({
  code: 'data.weights-as-shares',
  level: 'hint',
  side: 'meaning',
  what: 'The weights of the training files add up to 1, like shares of a mixture.',
  why: 'A weight says how often the rows of its own file come per epoch, so an epoch holds only a part of each file, and the mixture depends on how large the files are.',
  cure: 'Write 1 for files that shall be used whole; nothing, if parts are meant.',
  find: ({ about }) => {
    const files = about.trainFiles();
    const sum = files.reduce((total, { weight }) => total + weight, 0);
    return files.length > 1 && Math.abs(sum - 1) < 1e-6 ? [files] : [];
  },
  tell: (files, { parsed }) => ({
    path: ['train_file'],
    range: keyRange(parsed, ['train_file']),
    message: `The weights of \`train_file\` add up to 1, but each says how often rows of its own file come, so an epoch holds ${files.slice(0, MOST_NAMED).map(partOf).join(' and ')}: write \`weight: 1\` for files that shall be used whole.`,
  }),
});

const MOST_NAMED = 2;

function partOf(file: NamedFile): string {
  const rows = countsOf(file)?.rows;
  return rows === undefined
    ? `a part of ${fileName(file)}`
    : `${grouped(rowsPerEpoch(rows, file.weight))} of ${rowsText(rows)} of ${fileName(file)}`;
}

const whole = (weights: readonly [number, number]): string =>
  `version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl, weight: ${weights[0]}}, {path: more.jsonl, weight: ${weights[1]}}]\n`;

export const examples: Examples = {
  good: [{ text: whole([1, 1]), isWhole: true }, { text: whole([1, 0.1]), isWhole: true }, { text: '' }],
  bad: [
    {
      text: whole([0.7, 0.3]),
      isWhole: true,
      world: { data: { 'rows.jsonl': {}, 'more.jsonl': { sha256: 'b', rows: 9_000 } } },
      says: [
        'The weights of `train_file` add up to 1, but each says how often rows of its own file come, so an epoch holds 70 of 100 rows of `rows.jsonl` and 2,700 of 9,000 rows of `more.jsonl`: write `weight: 1` for files that shall be used whole.',
      ],
    },
    {
      text: whole([0.5, 0.5]),
      isWhole: true,
      says: [
        'The weights of `train_file` add up to 1, but each says how often rows of its own file come, so an epoch holds a part of `rows.jsonl` and a part of `more.jsonl`: write `weight: 1` for files that shall be used whole.',
      ],
    },
  ],
};
