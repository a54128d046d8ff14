import { MOST_BYTES_FOR_TFJS } from '../engineLimits.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Silence would look like a clean bill of health. */
export const notCounted = defineRule({
  code: 'data.not-counted',
  level: 'warning',
  side: 'meaning',
  what: 'A data file could not be looked into.',
  why: 'Nothing that is said of rows, tokens, steps and memory holds for it.',
  cure: 'Do what the message says: mostly, write it as JSON Lines.',
  find: ({ about }) =>
    about.dataFiles().flatMap((file) => {
      const { problem, unreadable = 0, bytes = 0 } = file.data() ?? {};
      // What was read to its end and has no row, or is too large for the engine, is an error of another rule.
      const isRefused = unreadable > 0 || (about.engine() === 'tfjs' && bytes > MOST_BYTES_FOR_TFJS);
      return problem === undefined || isRefused ? [] : [{ file, problem }];
    }),
  tell: ({ file, problem }: { readonly file: NamedFile; readonly problem: string }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: problem,
  }),
});

export const examples: Examples = {
  good: [{ text: '', world: { data: { 'rows.jsonl': {} } } }, { text: '' }],
  bad: [
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            rows: 0,
            problem:
              '`rows.jsonl` is a JSON array of 400 MB, more than the 268 MB that are read at once: write it as JSON Lines, one record a line.',
          },
        },
      },
      says: [
        '`rows.jsonl` is a JSON array of 400 MB, more than the 268 MB that are read at once: write it as JSON Lines, one record a line.',
      ],
    },
  ],
};
