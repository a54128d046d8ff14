import { expect, test } from 'vitest';
import { renderNewConfig, type Cure } from '../../src/config/newConfig.ts';
import { parseConfigText } from '../../src/config/parse.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import { LEAST, SURROUNDINGS } from './configs.ts';

const NEW = renderNewConfig({ model: 'model', data: 'rows.jsonl' });

test('a new config resolves, to what the least config resolves to', () => {
  const resolution = resolveConfig(NEW, SURROUNDINGS);
  expect(resolution.problems).toEqual([]);
  expect(resolution.config).toEqual(resolveConfig(LEAST, SURROUNDINGS).config);
});

test('so it does with every default in force', () => {
  // The cures are no defaults: see below.
  const all = NEW.replace(/^( *)# (?!self_distill:)(\w+: )/gm, '$1$2');
  const resolution = resolveConfig(all, SURROUNDINGS);
  expect(all.length).toBeLessThan(NEW.length - 20);
  expect(resolution.problems).toEqual([]);
  expect(resolution.config).toEqual(resolveConfig(LEAST, SURROUNDINGS).config);
});

test('it reads like this', () => {
  expect(NEW.split('\n').slice(0, 10)).toEqual([
    '# A fine-tune with Holdfast. Relative paths start at the folder of this file.',
    'version: 1',
    '',
    'model_name_or_path: model  # Folder of the model, in Hugging Face layout: config.json, model.safetensors, tokenizer.json; or its id on the Hugging Face hub.',
    'train_file: rows.jsonl  # Rows to train on: prompt/completion, messages, alpaca, sharegpt, text or EntityQuestions; .jsonl or .json.',
    '',
    '# How long and how fast.',
    // With a dot, or readers of YAML 1.1 such as PyYAML take it for text.
    'learning_rate: 5.0e-5  # Peak learning rate.',
    'num_train_epochs: 3  # Passes over the training rows.',
    'per_device_train_batch_size: 8  # Rows per forward pass.',
  ]);
});

test.each([
  'C:\\models\\a b',
  'a: b',
  '# a',
  'yes',
  '123',
  '',
  ' a ',
  'a\nb',
  "it's",
  '"a"',
  '{a}',
  'a'.repeat(300),
  'Modèle/ß😀',
])('the path %j comes back as it was', (path) => {
  const { value, problems } = parseConfigText(renderNewConfig({ model: path, data: path }));
  expect(problems).toEqual([]);
  expect(value).toMatchObject({ model_name_or_path: path, train_file: path });
});

test.each<[readonly Cure[], Pick<RunConfigInput, 'self_distill' | 'freeze'>]>([
  [[], {}],
  [['self_distill'], { self_distill: {} }],
  [['attention_only'], { freeze: { trainable_groups: ['attention'] } }],
  [['attention_only', 'self_distill'], { self_distill: {}, freeze: { trainable_groups: ['attention'] } }],
])('with the cures %j it is the least config with these blocks', (cures, blocks) => {
  const text = renderNewConfig({ model: 'model', data: 'rows.jsonl', cures });
  const resolution = resolveConfig(text, SURROUNDINGS);
  expect(resolution.problems).toEqual([]);
  const { config } = resolveConfig(LEAST, SURROUNDINGS);
  expect(resolution.config).toEqual(RunConfigSchema.parse({ ...config, ...blocks }));
});

test('a cure that was not chosen stands there commented out, a line away from being in force', () => {
  expect(NEW).toMatch(/^# self_distill: \{\} {2}# /m);
  const all = NEW.replace(/^# (self_distill:|freeze:| {2}trainable_groups:)/gm, '$1');
  const chosen = renderNewConfig({
    model: 'model',
    data: 'rows.jsonl',
    cures: ['self_distill', 'attention_only'],
  });
  expect(all).toBe(chosen);
  expect(all).not.toBe(NEW);
});
