import { allCounts, askingRows, sumOfKind } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import { valueRange } from '../parse.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import { rowsText } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Only what asks something can be known or new (data/wording.ts, isAsking). */
export const withoutQuestions = defineRule({
  code: 'data.without-questions',
  level: 'hint',
  side: 'meaning',
  what: 'No training row asks something: text does not, and a conversation of several turns asks no one thing.',
  why: 'What of such rows the model knows already and what of them it learns cannot be measured; forgetting still is, on the probe sets.',
  cure: 'Nothing, if that is what is to be trained on; facts are measured where they are written as questions with answers.',
  find: ({ about }) => {
    const [config, counts] = [about.config(), allCounts(about.trainFiles())];
    return config === undefined || counts === undefined || !isTold(config, counts) ? [] : [counts];
  },
  tell: (counts, { parsed }) => ({
    path: ['train_file'],
    range: valueRange(parsed, ['train_file']),
    message: `${subjectOf(counts)}, so what of them is known or new to the model cannot be measured: write facts as questions with answers where that matters.`,
  }),
});

function subjectOf(counts: readonly DataFacts[]): string {
  const [rows, text] = [counts.reduce((sum, { rows }) => sum + rows, 0), sumOfKind(counts, 'text')];
  if (text === rows) return `All ${rowsText(rows)} of \`train_file\` are plain text`;
  const what = text === 0 ? 'conversations of several turns' : 'text or conversations of several turns';
  return `All ${rowsText(rows)} of \`train_file\` are ${what}, which ask no one question`;
}

/** Random weights know nothing, and a snapshot on known rows has an error of its own. */
function isTold({ from_config, self_distill }: RunConfig, counts: readonly DataFacts[]): boolean {
  const needsKnown = self_distill?.teacher === 'snapshot' && self_distill.snapshot_data === 'known';
  const asksNothing = counts.some(({ rows }) => rows > 0) && counts.every((file) => askingRows(file) === 0);
  return asksNothing && !from_config && !needsKnown;
}

const NONE = { text: 0, completion: 0, question: 0, chat: 0 };
const TEXT = { kinds: { ...NONE, text: 100 } };
const LIST = 'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl}, {path: more.jsonl}]\n';

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': {} } } },
    { text: 'from_config: true\n', world: { data: { 'rows.jsonl': TEXT } } },
    { text: 'self_distill: {}\n', world: { data: { 'rows.jsonl': TEXT } } },
    // One file asks, or may ask.
    { text: LIST, isWhole: true, world: { data: { 'rows.jsonl': TEXT, 'more.jsonl': {} } } },
    { text: LIST, isWhole: true, world: { data: { 'rows.jsonl': TEXT } } },
  ],
  bad: [
    {
      text: '',
      world: { data: { 'rows.jsonl': TEXT } },
      says: [
        'All 100 rows of `train_file` are plain text, so what of them is known or new to the model cannot be measured: write facts as questions with answers where that matters.',
      ],
    },
    {
      text: '',
      world: { data: { 'rows.jsonl': { kinds: { ...NONE, chat: 100 }, several_turns: 100 } } },
      says: [
        'All 100 rows of `train_file` are conversations of several turns, which ask no one question, so what of them is known or new to the model cannot be measured: write facts as questions with answers where that matters.',
      ],
    },
    {
      text: LIST,
      isWhole: true,
      world: {
        data: {
          'rows.jsonl': { ...TEXT, sha256: 'other' },
          'more.jsonl': { kinds: { ...NONE, chat: 100 }, several_turns: 100 },
        },
      },
      says: [
        'All 200 rows of `train_file` are text or conversations of several turns, which ask no one question, so what of them is known or new to the model cannot be measured: write facts as questions with answers where that matters.',
      ],
    },
  ],
};
