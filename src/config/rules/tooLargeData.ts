import { bytes } from '../../base/format.ts';
import { fileName } from '../dataFiles.ts';
import { setSetting } from '../edits.ts';
import { MOST_BYTES_FOR_TFJS } from '../engineLimits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The torch engine has no such limit but memory. */
export const tooLargeData = defineRule({
  code: 'data.too-large',
  level: 'error',
  side: 'meaning',
  what: 'A data file is larger than the TypeScript engine can read.',
  why: 'It reads a file as one text, and no text of its runtime holds more than 537 MB: the run would fail.',
  cure: 'Cut the file into several, or write `engine: torch`.',
  find: ({ about }) =>
    about.engine() === 'tfjs'
      ? about.dataFiles().flatMap((file) => {
          const size = file.data()?.bytes ?? 0;
          return size > MOST_BYTES_FOR_TFJS ? [{ file, size }] : [];
        })
      : [],
  tell: ({ file, size }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${fileName(file)} has ${bytes(size)}, and the TypeScript engine reads at most ${bytes(MOST_BYTES_FOR_TFJS)} of a file: cut it into several, or write \`engine: torch\`.`,
    fixes: [
      {
        title: 'Change to engine: torch',
        edits: [setSetting(parsed, ['engine'], 'torch')],
        isCertain: false,
      },
    ],
  }),
});

const LARGE = { 'rows.jsonl': { bytes: 1_200_000_000, rows: 9_000_000 } };

export const examples: Examples = {
  good: [
    { text: 'engine: torch\n', world: { data: LARGE } },
    { text: 'engine: tfjs\n', world: { data: { 'rows.jsonl': { bytes: 500_000_000 } } } },
    // Which engine it will be is not known.
    { text: '', world: { data: LARGE } },
  ],
  bad: [
    {
      text: 'engine: tfjs  # at once\n',
      world: { data: LARGE },
      says: [
        '`rows.jsonl` has 1.2 GB, and the TypeScript engine reads at most 537 MB of a file: cut it into several, or write `engine: torch`.',
      ],
      fixed: 'engine: torch  # at once\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"}\n',
      isWhole: true,
      world: { data: LARGE, model: {} },
      says: [
        '`rows.jsonl` has 1.2 GB, and the TypeScript engine reads at most 537 MB of a file: cut it into several, or write `engine: torch`.',
      ],
      fixed: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "engine": "torch"}\n',
    },
  ],
};
