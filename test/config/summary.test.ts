import { expect, test } from 'vitest';
import { ruleInput } from '../../src/config/check.ts';
import { parseConfigText } from '../../src/config/parse.ts';
import type { ExampleWorld } from '../../src/config/rules/examples.ts';
import { summaryOf, type Summary } from '../../src/config/summary.ts';
import { LEAST } from './configs.ts';
import { surroundingsOf } from './rules/world.ts';

const summary = (added: string, world?: ExampleWorld): Summary =>
  summaryOf(ruleInput(parseConfigText(LEAST + added), surroundingsOf(world)));

const ROWS: ExampleWorld = { data: { 'rows.jsonl': { unreadable: 2 } }, tokens: { 'rows.jsonl': {} } };
const ALL: ExampleWorld = {
  ...ROWS,
  model: {},
  device: {},
  disk: { free_bytes: 1e9 },
  knowledge: { known: 60, new: 40 },
};

test.each<[string, ExampleWorld | undefined, Summary]>([
  ['', undefined, {}],
  ['max_steps: 7\n', undefined, { steps: 7 }],
  ['engine: torch\n', undefined, { engine: 'torch' }],
  [
    'num_train_epochs: 2\ngradient_accumulation_steps: 2\n',
    ROWS,
    {
      num_rows: 100,
      num_unreadable: 2,
      num_train_tokens: 4_000,
      effective_batch_size: 16,
      steps_per_epoch: 7,
      steps: 14,
      snapshot_steps: 0,
      evaluations: 15,
    },
  ],
  ['', { model: {} }, { engine: 'tfjs', num_parameters: 114_240, num_trainable_parameters: 114_240 }],
])('of %j', (added, world, expected) => {
  expect(summary(added, world)).toEqual(expected);
});

test('a config about which all is known has every part, and is plain data', () => {
  const found = summary('self_distill: {}\n', ALL);
  expect(Object.keys(found).sort()).toEqual(
    [
      'device',
      'disk',
      'effective_batch_size',
      'engine',
      'evaluations',
      'knowledge',
      'memory',
      'num_parameters',
      'num_rows',
      'num_train_tokens',
      'num_trainable_parameters',
      'num_unreadable',
      'snapshot_steps',
      'steps',
      'steps_per_epoch',
      'time',
    ].sort(),
  );
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(found.snapshot_steps).toBe(20);
  expect(found.knowledge).toEqual({ known: 60, maybe: 0, new: 40 });
  const parts = found.memory?.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(parts).toBe(found.memory?.total_bytes);
});

test.each([
  ['freeze: {groups: [ffn]}\n', 65_088],
  ['freeze: {trainable_groups: [attention]}\n', 32_768],
  ['lora: {r: 8}\n', 17_408],
])('%j trains %i parameters', (added, expected) => {
  expect(summary(added, ALL).num_trainable_parameters).toBe(expected);
});
