import { allCounts, sumOfKind } from '../dataFiles.ts';
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
  what: 'Every training row is plain text.',
  why: 'Text asks nothing, so what of it the model knows already and what it learns cannot be measured; forgetting still is, on the probe sets.',
  cure: 'Nothing, if text is what is to be trained on; facts are measured where they are written as questions with answers.',
  find: ({ about }) => {
    const [config, counts] = [about.config(), allCounts(about.trainFiles())];
    return config === undefined || counts === undefined || !isTold(config, counts) ? [] : [counts];
  },
  tell: (counts, { parsed }) => ({
    path: ['train_file'],
    range: valueRange(parsed, ['train_file']),
    message: `All ${rowsText(sumOfKind(counts, 'text'))} of \`train_file\` are plain text, so what of them is known or new to the model cannot be measured: write facts as questions with answers where that matters.`,
  }),
});

/** Random weights know nothing, and a snapshot on known rows has an error of its own. */
function isTold({ from_config, self_distill }: RunConfig, counts: readonly DataFacts[]): boolean {
  const needsKnown = self_distill?.teacher === 'snapshot' && self_distill.snapshot_data === 'known';
  const isText = sumOfKind(counts, 'text') > 0 && counts.every(({ rows, kinds }) => kinds.text === rows);
  return isText && !from_config && !needsKnown;
}

const TEXT = { kinds: { text: 100, completion: 0, question: 0, chat: 0 } };
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
  ],
};
