import { baseName, fileName } from '../dataFiles.ts';
import { formatByContent, formatByName } from '../foreignFormat.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** As `data/parseRows` says of a line that JSON.parse refuses. */
const NOT_JSON = /^not JSON: ?/;

/** A file of another format is refused by both engines, after the model was loaded. */
export const wrongFormat = defineRule({
  code: 'data.wrong-format',
  level: 'error',
  side: 'meaning',
  what: 'A data file is no JSON: a table, compressed, plain text, binary.',
  why: 'Not one row of it could be read, so the run would not start.',
  cure: 'Convert it to JSON Lines (one record a line) or to one JSON array of records.',
  find: ({ about }) => about.dataFiles().filter((file) => firstLineOf(file) !== undefined),
  tell: (file, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: messageFor(file),
  }),
});

/** How the first line begins, where no line is JSON; else undefined. */
function firstLineOf(file: NamedFile): string | undefined {
  const data = file.data();
  const message = data?.rows === 0 ? data.first_unreadable?.message : undefined;
  return message !== undefined && NOT_JSON.test(message) ? message.replace(NOT_JSON, '') : undefined;
}

function messageFor(file: NamedFile): string {
  const format = formatByName(baseName(file));
  // What the first bytes tell is said in a sentence of its own.
  const problem = format === undefined ? file.data()?.problem : undefined;
  if (problem !== undefined) return problem;
  const { what, cure } = format ?? formatByContent(baseName(file), firstLineOf(file) ?? '');
  return `${fileName(file)} ${what}, and data files are JSON Lines or a JSON array: ${cure}.`;
}

const noJson = (begins: string, unreadable = 40) => ({
  rows: 0,
  unreadable,
  first_unreadable: { line: 1, message: `not JSON: ${begins}` },
});
const whole = (name: string): string => `version: 1\nmodel_name_or_path: model\ntrain_file: ${name}\n`;

export const examples: Examples = {
  good: [
    // Whatever it is called, it can be read.
    {
      text: whole('rows.txt'),
      isWhole: true,
      world: { files: { 'rows.txt': 'file' }, data: { 'rows.txt': {} } },
    },
    {
      text: '',
      world: {
        data: { 'rows.jsonl': { unreadable: 1, first_unreadable: { line: 9, message: 'not JSON: {' } } },
      },
    },
  ],
  bad: [
    {
      text: whole('rows.csv'),
      isWhole: true,
      world: { files: { 'rows.csv': 'file' }, data: { 'rows.csv': noJson('prompt,completion') } },
      says: [
        '`rows.csv` is CSV, and data files are JSON Lines or a JSON array: convert it, for example with `pandas.read_csv("rows.csv").to_json("rows.jsonl", orient="records", lines=True)`, its columns called prompt and completion.',
      ],
    },
    {
      text: whole('rows.jsonl.gz'),
      isWhole: true,
      world: { files: { 'rows.jsonl.gz': 'file' }, data: { 'rows.jsonl.gz': noJson('\u001f\uFFFD') } },
      says: [
        '`rows.jsonl.gz` is compressed, and data files are JSON Lines or a JSON array: unpack it with `gunzip rows.jsonl.gz`, and name what was in it.',
      ],
    },
    {
      text: 'eval_file: dev.txt\n',
      world: { files: { 'dev.txt': 'file' }, data: { 'dev.txt': noJson('Once upon a time') } },
      says: [
        '`dev.txt` is plain text, and data files are JSON Lines or a JSON array: write each text as a line like `{"text": "..."}`.',
      ],
    },
    {
      text: '',
      world: { data: { 'rows.jsonl': noJson('{') } },
      says: [
        '`rows.jsonl` holds records that go over several lines, and data files are JSON Lines or a JSON array: write one record a line, for example with `jq -c . rows.jsonl`, or put them into one JSON array.',
      ],
    },
    {
      text: '',
      world: { data: { 'rows.jsonl': noJson('[ {"prompt": "a"', 1) } },
      says: [
        '`rows.jsonl` begins like a JSON array and cannot be read as one, and data files are JSON Lines or a JSON array: add the comma or bracket that is missing, whose place `python -m json.tool rows.jsonl` tells.',
      ],
    },
    {
      text: '',
      world: { data: { 'rows.jsonl': noJson("{'prompt': 'a', 'completion': 'b'}") } },
      says: [
        '`rows.jsonl` holds Python’s dictionaries, which have other quotes than JSON, and data files are JSON Lines or a JSON array: write each with `json.dumps`.',
      ],
    },
    // Known by its first bytes, whatever it is called.
    {
      text: '',
      world: {
        data: {
          'rows.jsonl': {
            ...noJson('\u0000\uFFFD'),
            problem:
              '`/home/ada/study/rows.jsonl` is written in UTF-16, and rows are read as UTF-8: save it as UTF-8.',
          },
        },
      },
      says: [
        '`/home/ada/study/rows.jsonl` is written in UTF-16, and rows are read as UTF-8: save it as UTF-8.',
      ],
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: { data: { 'more.jsonl': noJson('Q: Where is `Paris`?') } },
      says: [
        '`more.jsonl` is no JSON, beginning with `Q: Where is \'Paris\'?`, and data files are JSON Lines or a JSON array: write one record a line, such as `{"prompt": "...", "completion": "..."}`.',
      ],
    },
  ],
};
