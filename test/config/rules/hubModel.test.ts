import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { asLine, FOLDER, HUB, SURROUNDINGS } from '../configs.ts';

const NOT_HERE = 'There is no folder `Qwen/Q` and no such model in the Hugging Face cache';
const configOf = (model: string, added = ''): string =>
  `version: 1\nmodel_name_or_path: ${model}\ntrain_file: rows.jsonl\n${added}`;
const told = (text: string, isOffline = false): string[] =>
  checkConfig(text, { ...SURROUNDINGS, hub: { ...HUB, isOffline } })
    .problems.map(asLine)
    .filter((line) => / (hub-download|missing-file): /.test(line));

test.each(['', 'engine: torch', 'engine: auto'])(
  'with %j a model of the hub is downloaded, and said to be',
  (engine) => {
    expect(told(configOf('Qwen/Q', engine))).toEqual([
      `2:21 hub-download: ${NOT_HERE}: the torch engine downloads it from the hub when the run starts.`,
    ]);
  },
);

test('the TypeScript engine downloads nothing', () => {
  expect(told(configOf('Qwen/Q', 'engine: tfjs'))).toEqual([
    `2:21 missing-file: ${NOT_HERE}, and the TypeScript engine does not download: run \`hf download Qwen/Q\`, or put the model's folder at \`${FOLDER}/Qwen/Q\`.`,
  ]);
});

test.each(['', 'engine: torch', 'engine: tfjs'])('with %j and without network it is an error', (engine) => {
  expect(told(configOf('Qwen/Q', engine), true)).toEqual([
    `2:21 missing-file: ${NOT_HERE}, and HF_HUB_OFFLINE forbids to download it: put the model's folder at \`${FOLDER}/Qwen/Q\`, or unset HF_HUB_OFFLINE.`,
  ]);
});

test('so is a teacher', () => {
  expect(told(configOf('model', 'self_distill: {teacher: Qwen/Q}'))).toEqual([
    expect.stringMatching(/^4:25 hub-download: /),
  ]);
});

test.each(['org/held', 'held'])('%s is in the cache: nothing to say, and the run gets its folder', (id) => {
  expect(told(configOf(id), true)).toEqual([]);
  const text = configOf(id, `self_distill: {teacher: ${id}}`);
  const { config } = resolveConfig(text, SURROUNDINGS);
  expect(config?.model_name_or_path).toBe('/cache/held');
  expect(config?.self_distill?.teacher).toBe('/cache/held');
});

test('what is not in the cache keeps its id', () => {
  const { config } = resolveConfig(configOf('Qwen/Q', 'self_distill: {teacher: Qwen/T}'), SURROUNDINGS);
  expect(config?.model_name_or_path).toBe('Qwen/Q');
  expect(config?.self_distill?.teacher).toBe('Qwen/T');
});

test('a folder beside the config wins over a model of the hub', () => {
  const hub = { ...HUB, find: () => '/cache/held' };
  const { config } = resolveConfig(configOf('model'), { ...SURROUNDINGS, hub });
  expect(config?.model_name_or_path).toBe(`${FOLDER}/model`);
});
