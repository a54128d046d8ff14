import { percent } from '../../base/format.ts';
import { askingRows, countsOf, fileName } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Yes and no are often half each; two thirds is more than balance. */
const DOMINATES = 2 / 3;
/** With fewer rows one answer may well be the commonest by chance. */
const LEAST_ROWS = 20;

interface Case {
  readonly file: NamedFile;
  readonly majority: NonNullable<DataFacts['majority']>;
}

/** The majority-answer baseline stands beside every accuracy (DESIGN 6); here it is most of what can be reached. */
export const majorityAnswer = defineRule({
  code: 'data.majority-answer',
  level: 'hint',
  side: 'meaning',
  what: 'Most questions of a data file have the same answer.',
  why: 'A model that always says it is right that often without knowing anything, and training teaches to say it first of all.',
  cure: 'Add rows with other answers, or judge accuracies against that share.',
  find: ({ about }) =>
    about
      .dataFiles()
      .filter(({ at }) => at[0] !== 'eval_file')
      .flatMap(casesOf),
  tell: ({ file, majority }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${percent(majority.share)} of the questions of ${fileName(file)} have the answer ${quote(majority.answer)}, so always saying it is right that often: add rows with other answers, or judge accuracies against that.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const counts = countsOf(file);
  const majority = counts?.majority;
  if (counts === undefined || majority === undefined || majority.share < DOMINATES) return [];
  return askingRows(counts) >= LEAST_ROWS ? [{ file, majority }] : [];
}

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { majority: { answer: 'yes', share: 0.55 } } } } },
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            rows: 3,
            kinds: { text: 0, completion: 0, question: 3, chat: 0 },
            majority: { answer: 'yes', share: 1 },
          },
        },
      },
    },
  ],
  bad: [
    {
      text: '',
      world: { data: { 'rows.jsonl': { majority: { answer: 'none', share: 0.9 } } } },
      says: [
        '90.0 % of the questions of `rows.jsonl` have the answer `none`, so always saying it is right that often: add rows with other answers, or judge accuracies against that.',
      ],
    },
  ],
};
