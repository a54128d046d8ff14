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
  what: 'A probe set holds nothing but text, and text asks nothing.',
  why: 'None of its rows can be known or forgotten, so that the set measures nothing, without a word about it.',
  cure: 'Give the rows questions with answers: `{"question": "...", "answers": ["..."]}`, or prompt and completion.',
  find: ({ about }) => about.probeFiles().filter(isTextOnly),
  tell: ({ at }, { parsed }) => ({
    path: at,
    range: valueRange(parsed, at),
    message: `${show(valueAt(parsed.value, at))} holds text only, which asks nothing that could be forgotten: give its rows questions with answers.`,
  }),
});

function isTextOnly({ data }: NamedFile): boolean {
  const { rows = 0, kinds } = data() ?? {};
  return rows > 0 && kinds?.text === rows;
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
  ],
  bad: [
    {
      text: 'probes:\n  sets:\n    - name: own\n      file: more.jsonl\n',
      world: { data: { 'more.jsonl': { kinds: { text: 100, completion: 0, question: 0, chat: 0 } } } },
      says: [
        '`more.jsonl` holds text only, which asks nothing that could be forgotten: give its rows questions with answers.',
      ],
    },
  ],
};
