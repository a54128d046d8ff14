import { countsOf, fileName, inSentence, placeIn } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  readonly unreadable: number;
  readonly first: NonNullable<DataFacts['first_unreadable']>;
}

/** JSON it is; but with other keys than rows have. */
export const noReadableRow = defineRule({
  code: 'data.no-readable-row',
  level: 'error',
  side: 'meaning',
  what: 'A data file is JSON, and not one of its records is a row.',
  why: 'The run would not start.',
  cure: 'Give the records the keys of a known format: `prompt` and `completion`, `messages`, `question` and `answers`, `instruction` and `output`, `conversations`, or `text`.',
  find: ({ about }) => about.dataFiles().flatMap(casesOf),
  tell: ({ file, unreadable, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `None of the ${rowsText(unreadable)} of ${fileName(file)} can be read (${placeIn(file, first.line)}: ${inSentence(first.message)}): write them like \`{"prompt": "...", "completion": "..."}\`.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const counts = countsOf(file);
  const first = counts?.first_unreadable;
  // Of what is no JSON another rule says more.
  if (counts === undefined || counts.rows > 0 || first === undefined) return [];
  return first.message.startsWith('not JSON') ? [] : [{ file, unreadable: counts.unreadable, first }];
}

const unreadable = (message: string, line = 1) => ({
  rows: 0,
  unreadable: 40,
  first_unreadable: { line, message },
});

export const examples: Examples = {
  good: [
    { text: '', world: { data: { 'rows.jsonl': { ...unreadable('must be an object'), rows: 1 } } } },
    { text: '', world: { data: { 'rows.jsonl': unreadable('not JSON: a,b') } } },
  ],
  bad: [
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': unreadable(
            'has the keys source, target, which is no known row format: messages, prompt/completion',
          ),
        },
      },
      says: [
        'None of the 40 rows of `rows.jsonl` can be read (line 1: has the keys source, target, which is no known row format: messages, prompt/completion): write them like `{"prompt": "...", "completion": "..."}`.',
      ],
    },
    {
      text: 'eval_file: facts.json\n',
      world: {
        files: { 'facts.json': 'file' },
        data: { 'facts.json': unreadable('"answers" must be a list of non-empty strings', 3) },
      },
      says: [
        'None of the 40 rows of `facts.json` can be read (record 3: "answers" must be a list of non-empty strings): write them like `{"prompt": "...", "completion": "..."}`.',
      ],
    },
  ],
};
