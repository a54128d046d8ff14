import { expect, test } from 'vitest';
import { evaluationEdits } from '../../src/config/evaluationSplit.ts';
import { parseConfigText } from '../../src/config/parse.ts';
import { applyEdits } from '../../src/config/problem.ts';

const NAMES = { index: 0, trainName: 'rows.train.jsonl', evalName: 'rows.eval.jsonl' };
const after = (text: string, over: Partial<typeof NAMES> = {}): string =>
  applyEdits(text, evaluationEdits(text, { ...NAMES, ...over }));

test.each([
  [
    'a path beside other settings, comments stay',
    'version: 1\ntrain_file: data/rows.jsonl # ours\nseed: 3\n',
    'version: 1\ntrain_file: data/rows.train.jsonl # ours\nseed: 3\neval_file: data/rows.eval.jsonl\n',
  ],
  [
    'the last setting, without a line break behind it',
    'train_file: rows.jsonl',
    'train_file: rows.train.jsonl\neval_file: rows.eval.jsonl',
  ],
  [
    'an old evaluation file gives way',
    'train_file: rows.jsonl\neval_file: old.jsonl\n',
    'train_file: rows.train.jsonl\neval_file: rows.eval.jsonl\n',
  ],
  [
    'Windows’ own way of writing paths',
    'train_file: data\\rows.jsonl\n',
    'train_file: data\\rows.train.jsonl\neval_file: data\\rows.eval.jsonl\n',
  ],
  [
    'JSON',
    '{\n  "train_file": "data/rows.jsonl"\n}\n',
    '{\n  "train_file": "data/rows.train.jsonl",\n  "eval_file": "data/rows.eval.jsonl"\n}\n',
  ],
])('%s', (_what, text, expected) => {
  expect(after(text)).toBe(expected);
});

test('of several files the one that is asked for, its weight kept', () => {
  const text = 'train_file:\n  - path: a/one.jsonl\n    weight: 2\n  - {path: b/two.jsonl, weight: 0.5}\n';
  expect(parseConfigText(after(text, { index: 1 })).value).toEqual({
    train_file: [
      { path: 'a/one.jsonl', weight: 2 },
      { path: 'b/rows.train.jsonl', weight: 0.5 },
    ],
    eval_file: 'b/rows.eval.jsonl',
  });
});

test.each(['my rows: #1', '- rows', '"rows', "it's", '123', 'null', '{rows}', 'Zeilen größer', 'a, b'])(
  'a name like %j is read again as it is, in YAML and in JSON',
  (stem) => {
    for (const text of ['train_file: "d: 1/x.jsonl"\n', '{"train_file": "d: 1/x.jsonl"}\n']) {
      const { value, problems } = parseConfigText(after(text, { trainName: stem, evalName: `${stem}.e` }));
      expect(problems).toEqual([]);
      expect(value).toEqual({ train_file: `d: 1/${stem}`, eval_file: `d: 1/${stem}.e` });
    }
    for (const text of ['train_file: x\n', '{train_file: x, seed: 1}\n'])
      expect(parseConfigText(after(text, { trainName: stem })).value).toMatchObject({ train_file: stem });
  },
);
