import { expect, test } from 'vitest';
import {
  findMethod,
  METHOD_NAMES,
  methodRuns,
  methodsFor,
  METHODS,
  countedSeeds,
  USUAL_METHODS,
  withMethod,
  withSeed,
} from '../../src/config/methods.ts';
import { originsAfter } from '../../src/config/origins.ts';
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

test('the usual methods are methods', () => {
  for (const name of USUAL_METHODS) expect(METHOD_NAMES).toContain(name);
});

test.each([
  ['nothing of its own', {}, ['freeze']],
  ['a freeze block of its own', { freeze: { groups: ['norms'] } }, []],
  ['the block of a method', { freeze: { trainable_groups: ['ffn'] } }, ['ffn_only']],
  [
    'distillation on completions',
    { self_distill: { positions: 'completion' as const } },
    ['freeze', 'self_distill_completion'],
  ],
  ['distillation without weight', { self_distill: { kd_weight: 0 } }, ['freeze', 'control']],
  ['adapters', { lora: {} }, ['freeze', 'attention_only', 'ffn_only', 'self_distill_attention']],
])('a config with %s is not offered what makes no difference or cannot be', (_what, over, left) => {
  const offered = methodsFor(config(over)).map(({ name }) => name);
  expect(METHOD_NAMES.filter((name) => !offered.includes(name)).sort()).toEqual([...left].sort());
});

test('runs of one seed stand together, each under its method and seed', () => {
  const methods = METHODS.filter(({ name }) => USUAL_METHODS.includes(name));
  const runs = methodRuns(config({ seed: 7 }), methods, countedSeeds(7, 2));
  expect(runs.map(({ method, seed }) => `${method} ${seed}`)).toEqual([
    ...USUAL_METHODS.map((name) => `${name} 7`),
    ...USUAL_METHODS.map((name) => `${name} 8`),
  ]);
  for (const run of runs) {
    const method = findMethod(run.method) as (typeof METHODS)[number];
    expect(run.config).toEqual(withSeed(withMethod(config(), method), run.seed));
  }
});

test('seeds stay seeds', () => {
  expect(countedSeeds(2 ** 32 - 1, 3)).toEqual([2 ** 32 - 1, 0, 1]);
});

test('what a method changes came from a flag, the rest from where it came', () => {
  const before = {
    config: config({ seed: 3 }),
    origins: { seed: 'file', learning_rate: 'default' } as const,
  };
  const after = originsAfter(before, { ...under('attention_only', { seed: 3 }), learning_rate: 1 });
  expect(after).toMatchObject({ seed: 'file', learning_rate: 'flag', 'freeze.trainable_groups': 'flag' });
});
