import { grouped } from '../../base/format.ts';
import { countsOf, fileName, inSentence, placeIn } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  readonly counts: DataFacts;
  readonly first: NonNullable<DataFacts['first_unreadable']>;
}

/** The engines say so as well, when the run has begun. */
export const unreadableRows = defineRule({
  code: 'data.unreadable-rows',
  level: 'warning',
  side: 'meaning',
  what: 'Some records of a data file cannot be read as rows.',
  why: 'A run leaves them out and goes on: what they were to teach is not learned.',
  cure: 'Mend them or remove them; the message names the first.',
  find: ({ about }) => about.dataFiles().flatMap(casesOf),
  tell: ({ file, counts, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${grouped(counts.unreadable)} of ${rowsText(counts.rows + counts.unreadable)} of ${fileName(file)} cannot be read and ${counts.unreadable === 1 ? 'is' : 'are'} left out, the first in ${placeIn(file, first.line)} (${inSentence(first.message)}): mend or remove ${counts.unreadable === 1 ? 'it' : 'them'}.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const counts = countsOf(file);
  const first = counts?.first_unreadable;
  return counts === undefined || counts.rows === 0 || first === undefined ? [] : [{ file, counts, first }];
}

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { unreadable: 0 } } } },
    // Not one: that is an error of its own.
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            rows: 0,
            unreadable: 2,
            first_unreadable: { line: 1, message: 'must be an object' },
          },
        },
      },
    },
  ],
  bad: [
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            rows: 1_200,
            unreadable: 3,
            first_unreadable: { line: 7, message: '"completion" is empty' },
          },
        },
      },
      says: [
        '3 of 1,203 rows of `rows.jsonl` cannot be read and are left out, the first in line 7 ("completion" is empty): mend or remove them.',
      ],
    },
    {
      text: 'eval_file: dev.json\n',
      world: {
        files: { 'dev.json': 'file' },
        data: {
          'dev.json': { rows: 9, unreadable: 1, first_unreadable: { line: 10, message: 'not JSON: {"a"' } },
        },
      },
      says: [
        '1 of 10 rows of `dev.json` cannot be read and is left out, the first in record 10 (not JSON: {"a"): mend or remove it.',
      ],
    },
  ],
};
