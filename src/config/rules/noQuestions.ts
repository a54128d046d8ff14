import { askingRows } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A fact is a question with an answer. */
export const noQuestions = defineRule({
  code: 'probes.no-questions',
  level: 'warning',
  side: 'meaning',
  what: 'No row of a probe set asks something: text does not, and a conversation of several turns asks no one thing.',
  why: 'None of its rows can be known or forgotten, so that the set measures nothing, without a word about it.',
  cure: 'Give the rows questions with answers: `{"question": "...", "answers": ["..."]}`, or prompt and completion.',
  find: ({ about }) => about.probeFiles().flatMap(casesOf),
  tell: ({ file: { at }, counts }, { parsed }) => ({
    path: at,
    range: valueRange(parsed, at),
    message: `${show(valueAt(parsed.value, at))} holds ${contentOf(counts)}: give its rows questions with answers.`,
  }),
});

function casesOf(file: NamedFile): { readonly file: NamedFile; readonly counts: DataFacts }[] {
  const counts = file.data();
  return counts !== undefined && counts.rows > 0 && askingRows(counts) === 0 ? [{ file, counts }] : [];
}

function contentOf({ rows, kinds }: DataFacts): string {
  if (kinds.text === rows) return 'text only, which asks nothing that could be forgotten';
  const what =
    kinds.text === 0 ? 'conversations of several turns only' : 'text and conversations of several turns only';
  return `${what}, which ask no one question whose answer could be forgotten`;
}

export const examples: Examples = {
  good: [
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: { 'more.jsonl': { rows: 1_000, kinds: { text: 999, completion: 0, question: 1, chat: 0 } } },
      },
    },
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: { data: { 'more.jsonl': { rows: 0 } } },
    },
    { text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n' },
    // Of one question and one answer.
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: { 'more.jsonl': { rows: 1_000, kinds: { text: 0, completion: 0, question: 0, chat: 1_000 } } },
      },
    },
  ],
  bad: [
    {
      text: 'probes:\n  sets:\n    - name: own\n      file: more.jsonl\n',
      world: { data: { 'more.jsonl': { kinds: { text: 100, completion: 0, question: 0, chat: 0 } } } },
      says: [
        '`more.jsonl` holds text only, which asks nothing that could be forgotten: give its rows questions with answers.',
      ],
    },
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: {
          'more.jsonl': { kinds: { text: 0, completion: 0, question: 0, chat: 100 }, several_turns: 100 },
        },
      },
      says: [
        '`more.jsonl` holds conversations of several turns only, which ask no one question whose answer could be forgotten: give its rows questions with answers.',
      ],
    },
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: {
          'more.jsonl': { kinds: { text: 40, completion: 0, question: 0, chat: 60 }, several_turns: 60 },
        },
      },
      says: [
        '`more.jsonl` holds text and conversations of several turns only, which ask no one question whose answer could be forgotten: give its rows questions with answers.',
      ],
    },
  ],
};
