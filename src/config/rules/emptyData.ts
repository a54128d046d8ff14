import { countsOf, fileName } from '../dataFiles.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Both engines refuse a file without rows, whatever it is for. */
export const emptyData = defineRule({
  code: 'data.empty',
  level: 'error',
  side: 'meaning',
  what: 'A data file holds no row at all.',
  why: 'The run would not start: there is nothing to train on, or to measure.',
  cure: 'Name another file, or add rows to it.',
  find: ({ about }) =>
    about.dataFiles().filter((file) => {
      const counts = countsOf(file);
      return counts?.rows === 0 && counts.unreadable === 0;
    }),
  tell: (file, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${fileName(file)} is empty: add rows such as \`{"prompt": "...", "completion": "..."}\`, or name another file.`,
  }),
});

const EMPTY = { rows: 0, bytes: 0, kinds: { text: 0, completion: 0, question: 0, chat: 0 } };

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { rows: 1 } } } },
    // Not read yet, or not to be read at all.
    { text: '' },
    { text: '', world: { data: { 'rows.jsonl': { ...EMPTY, problem: 'It cannot be read: close it.' } } } },
    // Rows that cannot be read are another matter.
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            ...EMPTY,
            unreadable: 1,
            first_unreadable: { line: 1, message: 'must be an object' },
          },
        },
      },
    },
  ],
  bad: [
    {
      text: '',
      world: { data: { 'rows.jsonl': EMPTY } },
      says: [
        '`rows.jsonl` is empty: add rows such as `{"prompt": "...", "completion": "..."}`, or name another file.',
      ],
    },
    {
      text: 'eval_file: more.jsonl\nprobes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: { data: { 'rows.jsonl': {}, 'more.jsonl': EMPTY } },
      says: [
        '`more.jsonl` is empty: add rows such as `{"prompt": "...", "completion": "..."}`, or name another file.',
      ],
    },
  ],
};
