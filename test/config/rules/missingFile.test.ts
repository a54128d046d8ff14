import { expect, test } from 'vitest';
import { FOLDER, told, toldOf } from '../configs.ts';

const WHERE = "which starts at the config's folder unless it is absolute";

test.each([
  ['eval_file: more.jsonl', []],
  ['eval_file: ./model/../more.jsonl', []],
  ['eval_file: /shared/rows.jsonl', []],
  [
    'eval_file: gone.jsonl',
    [`4:12 missing-file: There is no file \`${FOLDER}/gone.jsonl\`: correct the path, ${WHERE}.`],
  ],
  [
    'eval_file: /gone.jsonl',
    [`4:12 missing-file: There is no file \`/gone.jsonl\`: correct the path, ${WHERE}.`],
  ],
  [
    'eval_file: ~/a.jsonl',
    [
      `4:12 missing-file: There is no file \`${FOLDER}/~/a.jsonl\`: correct the path, in full because \`~\` is not expanded.`,
    ],
  ],
  ['eval_file: model', [`4:12 missing-file: \`${FOLDER}/model\` is a folder: name one file in it.`]],
  [
    'probes: {sets: [{name: a, file: rows.jsonl}, {name: b, file: gone.jsonl}]}',
    [`4:62 missing-file: There is no file \`${FOLDER}/gone.jsonl\`: correct the path, ${WHERE}.`],
  ],
  // What cannot be a path is not looked for.
  ['eval_file: 3', ['4:12 wrong-value: `eval_file` is `3`: write a path.']],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});

test('every part of a train_file list is looked for', () => {
  const list = '[{path: rows.jsonl}, {path: gone.jsonl, weight: 2}]';
  expect(told(`version: 1\nmodel_name_or_path: model\ntrain_file: ${list}`)).toEqual([
    `3:41 missing-file: There is no file \`${FOLDER}/gone.jsonl\`: correct the path, ${WHERE}.`,
  ]);
});

test.each([
  ['rows.jsonl', `\`${FOLDER}/rows.jsonl\` is a file: name the folder of the model.`],
  [
    'empty',
    `The folder \`${FOLDER}/empty\` holds no config.json: name the folder of a model in Hugging Face layout.`,
  ],
  ['gone', `There is no folder \`${FOLDER}/gone\`: correct the path, ${WHERE}.`],
  ['./a/b', `There is no folder \`${FOLDER}/a/b\`: correct the path, ${WHERE}.`],
])('the model %s', (model, message) => {
  expect(told(`version: 1\nmodel_name_or_path: ${model}\ntrain_file: rows.jsonl`)).toEqual([
    `2:21 missing-file: ${message}`,
  ]);
});
