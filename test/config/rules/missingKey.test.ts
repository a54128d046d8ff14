import { expect, test } from 'vitest';
import { applyFix, fixesOf, LEAST, told, toldOf } from '../configs.ts';

const VERSION = 'missing-key: `version` is missing: add it with `1` (Version of this file format).';
const MODEL =
  'missing-key: `model_name_or_path` is missing: add it with a path (Folder of the model, in Hugging Face layout: config.json, model.safetensors, tokenizer.json; or its id on the Hugging Face hub).';
const TRAIN_FILE =
  'missing-key: `train_file` is missing: add it with a path or a list of one or more {path, weight} (Rows to train on: prompt/completion, messages, alpaca, sharegpt, text or EntityQuestions; .jsonl or .json).';

test.each([
  [LEAST, []],
  ['', [`1:1 ${VERSION}`, `1:1 ${MODEL}`, `1:1 ${TRAIN_FILE}`]],
  ['# only a comment\n', [`1:1 ${VERSION}`, `1:1 ${MODEL}`, `1:1 ${TRAIN_FILE}`]],
  ['---\n', [`1:1 ${VERSION}`, `1:1 ${MODEL}`, `1:1 ${TRAIN_FILE}`]],
  ['# title\n\nversion: 1\ntrain_file: rows.jsonl', [`3:1 ${MODEL}`]],
  ['{"version": 1, "model_name_or_path": "model"}', [`1:2 ${TRAIN_FILE}`]],
])('%j', (text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('inside a list it stands at the item that lacks it', () => {
  expect(toldOf('probes:\n  sets:\n    - file: rows.jsonl\n    - name: a\n')).toEqual([
    '6:7 missing-key: `probes.sets[0].name` is missing: add it with a text (Name under which results are shown).',
    '7:7 missing-key: `probes.sets[1].file` is missing: add it with a path (EntityQuestions or prompt/completion rows).',
  ]);
});

test('only the version can be added for the user', () => {
  const text = '# title\nmodel_name_or_path: model\ntrain_file: rows.jsonl\n';
  const fixes = fixesOf(text);
  expect(fixes.map((fix) => applyFix(text, fix))).toEqual([
    '# title\nversion: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\n',
  ]);
});

test.each(['{}', '---\n', '{\n"train_file": "rows.jsonl", "model_name_or_path": "model"}'])(
  'nothing is added to %j, where a line would break the config',
  (text) => {
    expect(told(text).join()).toContain('`version` is missing');
    expect(fixesOf(text)).toEqual([]);
  },
);
