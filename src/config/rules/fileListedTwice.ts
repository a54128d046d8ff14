import { countsOf, fileName } from '../dataFiles.ts';
import { removeSetting, setSetting } from '../edits.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange, type ParsedConfig } from '../parse.ts';
import type { Fix } from '../problem.ts';
import { formatPath } from '../path.ts';
import { numberText } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  /** What stands earlier in the list and has the same rows. */
  readonly earlier: NamedFile;
}

/** A copied line whose path was not changed. */
export const fileListedTwice = defineRule({
  code: 'data.file-listed-twice',
  level: 'warning',
  side: 'meaning',
  what: 'Two entries of `train_file` are the same file, or have the same content.',
  why: 'Each of its rows would count twice per epoch, which `weight` says better, and another file may be missing.',
  cure: 'List it once; where twice was meant, with `weight: 2`.',
  find: ({ about }) => repeated(about.trainFiles()),
  tell: ({ file, earlier }, { parsed }) => {
    const same =
      file.path === earlier.path
        ? `${fileName(file)} is listed already`
        : `${fileName(file)} has the content of ${fileName(earlier)}`;
    const weight = numberText(file.weight + earlier.weight);
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${same} (\`${formatPath(earlier.at.slice(0, -1))}\`), so its rows count twice: name another file, or list it once with \`weight: ${weight}\`.`,
      fixes: [listOnce(parsed, file, earlier, weight)],
    };
  },
});

function repeated(files: readonly NamedFile[]): Case[] {
  const seen = new Map<string, NamedFile>();
  return files.flatMap((file) => {
    const content = countsOf(file)?.sha256;
    const earlier = seen.get(file.path) ?? (content === undefined ? undefined : seen.get(content));
    if (earlier !== undefined) return [{ file, earlier }];
    seen.set(file.path, file);
    if (content !== undefined) seen.set(content, file);
    return [];
  });
}

function listOnce(parsed: ParsedConfig, file: NamedFile, earlier: NamedFile, weight: string): Fix {
  return {
    title: `List it once, with weight: ${weight}`,
    edits: [
      setSetting(parsed, [...earlier.at.slice(0, -1), 'weight'], weight),
      removeSetting(parsed, file.at.slice(0, -1)),
    ],
    isCertain: false,
  };
}

const whole = (files: string): string => `version: 1\nmodel_name_or_path: model\ntrain_file:${files}`;

export const examples: Examples = {
  good: [
    { text: whole(' [{path: rows.jsonl}, {path: more.jsonl}]\n'), isWhole: true },
    {
      text: whole(' [{path: rows.jsonl}, {path: more.jsonl}]\n'),
      isWhole: true,
      world: { data: { 'rows.jsonl': { sha256: 'a' }, 'more.jsonl': { sha256: 'b' } } },
    },
  ],
  bad: [
    {
      text: whole('\n  - path: rows.jsonl  # facts\n  - path: ./rows.jsonl\nseed: 1\n'),
      isWhole: true,
      says: [
        '`rows.jsonl` is listed already (`train_file[0]`), so its rows count twice: name another file, or list it once with `weight: 2`.',
      ],
      fixed: whole('\n  - path: rows.jsonl  # facts\n    weight: 2\nseed: 1\n'),
    },
    {
      text: whole(' [{path: rows.jsonl, weight: 0.5}, {path: more.jsonl}]\n'),
      isWhole: true,
      world: { data: { 'rows.jsonl': { sha256: 'a' }, 'more.jsonl': { sha256: 'a' } } },
      says: [
        '`more.jsonl` has the content of `rows.jsonl` (`train_file[0]`), so its rows count twice: name another file, or list it once with `weight: 1.5`.',
      ],
      fixed: whole(' [{path: rows.jsonl, weight: 1.5}]\n'),
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": [{"path": "rows.jsonl"}, {"path": "rows.jsonl"}]}\n',
      isWhole: true,
      says: [
        '`rows.jsonl` is listed already (`train_file[0]`), so its rows count twice: name another file, or list it once with `weight: 2`.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": [{"path": "rows.jsonl", "weight": 2}]}\n',
    },
  ],
};
