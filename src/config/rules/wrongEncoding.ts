import { grouped } from '../../base/format.ts';
import { countsOf, fileName, placeIn } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import { rowsText } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  readonly counts: DataFacts;
  readonly first: NonNullable<DataFacts['first_not_utf8']>;
}

/** Both engines read on with U+FFFD in the place of such bytes (data/load_rows.py, run/dataFiles.ts). */
export const wrongEncoding = defineRule({
  code: 'data.wrong-encoding',
  level: 'warning',
  side: 'meaning',
  what: 'A data file holds bytes that are not UTF-8, as files do that were saved as Latin-1 or Windows-1252, or were cut within a letter.',
  why: 'Letters such as ä or é are read as `�`: the model is taught, and asked, words with holes in them, and nothing fails.',
  cure: 'Save the file as UTF-8, such as with `iconv -f WINDOWS-1252 -t UTF-8`.',
  find: ({ about }) => about.dataFiles().flatMap(casesOf),
  tell: ({ file, counts, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${grouped(counts.not_utf8)} of ${rowsText(counts.rows + counts.unreadable)} of ${fileName(file)} ${counts.not_utf8 === 1 ? 'holds' : 'hold'} bytes that are not UTF-8, the first in ${placeIn(file, first.line)}, and would be read with \`�\` in their place: save the file as UTF-8.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const counts = countsOf(file);
  const first = counts?.first_not_utf8;
  return counts === undefined || first === undefined ? [] : [{ file, counts, first }];
}

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { not_utf8: 0 } } } },
    // A file of another format altogether is another matter.
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': { rows: 0, not_utf8: 2, first_not_utf8: { line: 1 }, problem: 'It is compressed.' },
        },
      },
    },
  ],
  bad: [
    {
      text: '',
      world: {
        data: { 'rows.jsonl': { rows: 990, unreadable: 0, not_utf8: 12, first_not_utf8: { line: 3 } } },
      },
      says: [
        '12 of 990 rows of `rows.jsonl` hold bytes that are not UTF-8, the first in line 3, and would be read with `�` in their place: save the file as UTF-8.',
      ],
    },
    {
      text: 'eval_file: dev.json\n',
      world: {
        files: { 'dev.json': 'file' },
        data: { 'dev.json': { not_utf8: 1, first_not_utf8: { line: 100 } } },
      },
      says: [
        '1 of 100 rows of `dev.json` holds bytes that are not UTF-8, the first in record 100, and would be read with `�` in their place: save the file as UTF-8.',
      ],
    },
  ],
};
