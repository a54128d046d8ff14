import { grouped } from '../../base/format.ts';
import type { About } from '../about.ts';
import { countsOf, fileName, placeIn } from '../dataFiles.ts';
import type { OverlapFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Every pair is looked at, so only so many files are. */
const MOST_FILES = 5;

interface Case {
  readonly file: NamedFile;
  readonly earlier: NamedFile;
  readonly overlap: OverlapFacts;
}

/** Within one file another rule says so. */
export const filesShareRows = defineRule({
  code: 'data.files-share-rows',
  level: 'hint',
  side: 'meaning',
  what: 'Two training files ask the same: the same question, or about the same subject and relation.',
  why: 'Such rows count twice where they agree, and contradict each other where they do not.',
  cure: 'Remove them from one of the files, if they were not meant to be in both.',
  find: ({ about }) => pairs(about.trainFiles().slice(0, MOST_FILES)).flatMap((pair) => casesOf(pair, about)),
  tell: ({ file, earlier, overlap: { shared, first } }, { parsed }) => {
    const place =
      first === undefined
        ? ''
        : ` (${placeIn(file, first.line)} asks what ${placeIn(earlier, first.other)} asks)`;
    const rows = countsOf(file)?.rows;
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${grouped(shared)}${rows === undefined ? '' : ` of ${rowsText(rows)}`} of ${fileName(file)} ${shared === 1 ? 'is' : 'are'} in ${fileName(earlier)} too${place}: remove ${shared === 1 ? 'it' : 'them'} from one of the two, if that is not meant.`,
    };
  },
});

type Pair = readonly [file: NamedFile, earlier: NamedFile];

function pairs(files: readonly NamedFile[]): Pair[] {
  return files.flatMap((file, index) => files.slice(0, index).map((earlier): Pair => [file, earlier]));
}

function casesOf([file, earlier]: Pair, about: About): Case[] {
  const content = countsOf(file)?.sha256;
  const isSame =
    file.path === earlier.path || (content !== undefined && content === countsOf(earlier)?.sha256);
  const overlap = isSame ? undefined : about.overlap(file, earlier);
  return overlap === undefined || overlap.shared === 0 ? [] : [{ file, earlier, overlap }];
}

const LIST =
  'version: 1\nmodel_name_or_path: model\ntrain_file:\n  - path: rows.jsonl\n  - path: more.jsonl\n';

export const examples: Examples = {
  good: [
    { text: LIST, isWhole: true },
    { text: LIST, isWhole: true, world: { overlap: { 'more.jsonl rows.jsonl': { shared: 0 } } } },
    // The same file twice is another matter.
    {
      text: 'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl}, {path: rows.jsonl}]\n',
      isWhole: true,
      world: { overlap: { 'rows.jsonl rows.jsonl': { shared: 100 } } },
    },
  ],
  bad: [
    {
      text: LIST,
      isWhole: true,
      world: {
        data: { 'rows.jsonl': {}, 'more.jsonl': {} },
        overlap: { 'more.jsonl rows.jsonl': { shared: 12, first: { line: 2, other: 9 } } },
      },
      says: [
        '12 of 100 rows of `more.jsonl` are in `rows.jsonl` too (line 2 asks what line 9 asks): remove them from one of the two, if that is not meant.',
      ],
    },
  ],
};
