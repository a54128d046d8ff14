import { expect, test } from 'vitest';
import { findMethod, METHODS, withMethod, withSeed } from '../../src/config/methods.ts';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';

const config = (over: Partial<RunConfigInput> = {}) =>
  RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t', ...over });
const under = (name: string, over: Partial<RunConfigInput> = {}) => {
  const method = findMethod(name);
  if (method === undefined) throw new Error(`no method ${name}`);
  return withMethod(config(over), method);
};

test('plain fine-tuning has neither block, whatever the config has', () => {
  const both = { self_distill: { kd_weight: 3 }, freeze: { groups: ['ffn'] } };
  expect(under('sft', both)).toEqual(config());
});

test.each([
  ['self_distill', {}, { kd_weight: 1, temperature: 0.5, positions: 'all' }],
  ['self_distill', { self_distill: { kd_weight: 3 } }, { kd_weight: 3 }],
  ['self_distill_completion', { self_distill: { kd_weight: 3 } }, { kd_weight: 3, positions: 'completion' }],
  ['control', { self_distill: { snapshot_epochs: 2 } }, { kd_weight: 0, snapshot_epochs: 2 }],
])('%s of %j', (name, over, expected) => {
  expect(under(name, over)).toMatchObject({ self_distill: expected });
  expect(under(name, over).freeze).toBeUndefined();
});

test.each([
  ['freeze', {}, { trainable_groups: ['attention'] }],
  ['freeze', { freeze: { groups: ['norms'] } }, { groups: ['norms'] }],
  ['attention_only', { freeze: { groups: ['norms'] } }, { trainable_groups: ['attention'] }],
  ['ffn_only', {}, { trainable_groups: ['ffn'] }],
])('%s of %j', (name, over, expected) => {
  expect(under(name, over)).toMatchObject({ freeze: expected });
  expect(under(name, over).self_distill).toBeUndefined();
});

test('everything else stays, and every method gives a config', () => {
  for (const method of METHODS) {
    const { self_distill, freeze, ...rest } = withMethod(config({ learning_rate: 1e-3 }), method);
    expect(RunConfigSchema.parse({ ...rest, self_distill, freeze })).toMatchObject({ learning_rate: 1e-3 });
  }
});

test('a seed is that of the row order too', () => {
  expect(withSeed(config({ data_seed: 9 }), 4)).toMatchObject({ seed: 4, data_seed: 4 });
});
