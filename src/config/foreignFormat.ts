import { inSentence } from './dataFiles.ts';

/** What a file is instead of JSON, as what follows its name, and how it becomes JSON Lines. */
export interface ForeignFormat {
  readonly what: string;
  readonly cure: string;
}

/** By what a file is called, without folders; undefined where the name says nothing. */
export function formatByName(name: string): ForeignFormat | undefined {
  const [, stem = name, extension = ''] = /^(.*)\.([^.]*)$/.exec(name) ?? [];
  return BY_EXTENSION.get(extension.toLowerCase())?.(quoted(stem), quoted(extension));
}

/** By the beginning of the first line that could not be read. */
export function formatByContent(name: string, begins: string): ForeignFormat {
  const found = CONTENTS.find(({ pattern }) => pattern.test(begins));
  if (found !== undefined) return found.format(quoted(name));
  return {
    what: `is no JSON, beginning with \`${inSentence(begins)}\``,
    cure: 'write one record a line, such as `{"prompt": "...", "completion": "..."}`',
  };
}

type Describe = (stem: string, extension: string) => ForeignFormat;

/** Tables become one row a line; what the columns are called decides what the rows are. */
function table(what: string, read: (name: string) => string): Describe {
  return (stem, extension) => ({
    what: `is ${what}`,
    cure: `convert it, for example with \`pandas.${read(`"${stem}.${extension}"`)}.to_json("${stem}.jsonl", orient="records", lines=True)\`, its columns called prompt and completion`,
  });
}

function packed(command: string): Describe {
  return (stem, extension) => ({
    what: 'is compressed',
    cure: `unpack it with \`${command} ${stem}.${extension}\`, and name what was in it`,
  });
}

const csv = table('CSV', (name) => `read_csv(${name})`);
const excel = table('an Excel sheet', (name) => `read_excel(${name})`);
const parquet = table('Parquet', (name) => `read_parquet(${name})`);
const text: Describe = () => ({
  what: 'is plain text',
  cure: 'write each text as a line like `{"text": "..."}`',
});
const yaml: Describe = () => ({ what: 'is YAML', cure: 'write each record as one line of JSON' });

const BY_EXTENSION: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ['csv', csv],
  ['tsv', table('a table', (name) => String.raw`read_csv(${name}, sep="\t")`)],
  ['xlsx', excel],
  ['xls', excel],
  ['parquet', parquet],
  ['pq', parquet],
  ['feather', table('Feather', (name) => `read_feather(${name})`)],
  [
    'arrow',
    (stem) => ({
      what: 'is Arrow',
      cure: `convert it with \`datasets.Dataset.from_file("${stem}.arrow").to_json("${stem}.jsonl")\``,
    }),
  ],
  ['gz', packed('gunzip')],
  ['bz2', packed('bunzip2')],
  ['xz', packed('unxz')],
  ['zst', packed('unzstd')],
  ['zip', packed('unzip')],
  ['tar', packed('tar xf')],
  ['txt', text],
  ['md', text],
  ['yaml', yaml],
  ['yml', yaml],
]);

const CONTENTS: readonly { readonly pattern: RegExp; readonly format: (name: string) => ForeignFormat }[] = [
  {
    // What is no character of any text: binary, or UTF-16.
    pattern: /\p{Cc}(?<![\t\n\r])|\uFFFD/u,
    format: () => ({ what: 'is binary, or not written in UTF-8', cure: 'save it as JSON Lines in UTF-8' }),
  },
  {
    pattern: /^\s*\[/,
    format: (name) => ({
      what: 'begins like a JSON array and cannot be read as one',
      cure: `add the comma or bracket that is missing, whose place \`python -m json.tool ${name}\` tells`,
    }),
  },
  {
    pattern: /^\s*\{\s*'/,
    format: () => ({
      what: 'holds Python’s dictionaries, which have other quotes than JSON',
      cure: 'write each with `json.dumps`',
    }),
  },
  {
    pattern: /^\s*\{\s*$/,
    format: (name) => ({
      what: 'holds records that go over several lines',
      cure: `write one record a line, for example with \`jq -c . ${name}\`, or put them into one JSON array`,
    }),
  },
];

const LONGEST_NAME = 60;

/** Part of a command that is shown, never run. */
function quoted(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[`"\s]/g, '_');
}
