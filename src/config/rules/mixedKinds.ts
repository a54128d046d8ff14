import { grouped } from '../../base/format.ts';
import { countsOf, fileName } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

type Kind = keyof DataFacts['kinds'];

const NAMES: Readonly<Record<Kind, string>> = {
  text: 'text',
  completion: 'prompt/completion',
  question: 'question',
  chat: 'conversation',
};

interface Case {
  readonly file: NamedFile;
  readonly kinds: readonly (readonly [Kind, number])[];
}

/** Often the trace of two files put into one. */
export const mixedKinds = defineRule({
  code: 'data.mixed-kinds',
  level: 'hint',
  side: 'meaning',
  what: 'A training file mixes kinds of rows that are trained on differently.',
  why: 'Of a text every token counts, so a few long texts outweigh many answers; and questions, prompts and conversations are each worded in another way, so the model learns several.',
  cure: 'Give each kind a file of its own, with its `weight`, or write all rows in one format.',
  find: ({ about }) => about.trainFiles().flatMap(casesOf),
  tell: ({ file, kinds }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${fileName(file)} mixes ${listed(kinds)} rows, ${reason(kinds)}: give each kind a file of its own, or write all of them in one format.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const all = Object.entries(countsOf(file)?.kinds ?? {}) as [Kind, number][];
  const kinds = all.filter(([, count]) => count > 0);
  return kinds.length > 1 ? [{ file, kinds }] : [];
}

/** `90 question and 10 text`, the commonest first. */
function listed(kinds: Case['kinds']): string {
  const sorted = [...kinds].sort((one, other) => other[1] - one[1]);
  const words = sorted.map(([kind, count]) => `${grouped(count)} ${NAMES[kind]}`);
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function reason(kinds: Case['kinds']): string {
  if (kinds.some(([kind]) => kind === 'text')) return 'and of a text every token counts, not only an answer';
  return kinds.some(([kind]) => kind === 'question')
    ? 'and only questions are put into `prompt_template`'
    : 'and only conversations are put into the model’s chat template';
}

const mix = (kinds: Partial<DataFacts['kinds']>) => ({
  'rows.jsonl': { kinds: { text: 0, completion: 0, question: 0, chat: 0, ...kinds } },
});

export const examples: Examples = {
  good: [
    { text: '', world: { data: mix({ question: 100 }) } },
    // Files apart: that is how it is meant.
    {
      text: 'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl}, {path: more.jsonl, weight: 0.1}]\n',
      isWhole: true,
      world: { data: { 'rows.jsonl': {}, 'more.jsonl': mix({ text: 100 })['rows.jsonl'] } },
    },
    // Only measured.
    {
      text: 'eval_file: more.jsonl\n',
      world: { data: { 'more.jsonl': mix({ text: 1, chat: 1 })['rows.jsonl'] } },
    },
  ],
  bad: [
    {
      text: '',
      world: { data: mix({ question: 90, text: 10 }) },
      says: [
        '`rows.jsonl` mixes 90 question and 10 text rows, and of a text every token counts, not only an answer: give each kind a file of its own, or write all of them in one format.',
      ],
    },
    {
      text: '',
      world: { data: mix({ question: 40, completion: 60 }) },
      says: [
        '`rows.jsonl` mixes 60 prompt/completion and 40 question rows, and only questions are put into `prompt_template`: give each kind a file of its own, or write all of them in one format.',
      ],
    },
    {
      text: '',
      world: { data: mix({ chat: 40, completion: 60 }) },
      says: [
        '`rows.jsonl` mixes 60 prompt/completion and 40 conversation rows, and only conversations are put into the model’s chat template: give each kind a file of its own, or write all of them in one format.',
      ],
    },
  ],
};
