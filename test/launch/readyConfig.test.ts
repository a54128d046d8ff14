import { expect, test } from 'vitest';
import { readyConfig } from '../../src/launch/readyConfig.ts';
import { RunConfigSchema, type RunConfig, type RunConfigInput } from '../../src/protocol/runConfig.ts';

const SHIPPED = { generalKnowledge: '/shipped/general-knowledge.jsonl' };
const configOf = (over: Partial<RunConfigInput> = {}): RunConfig =>
  RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t', ...over });

test('what is left open is decided, and nothing else changes', () => {
  const config = configOf({ probes: { max_forgetting: 0.2 } });
  expect(readyConfig(config, SHIPPED)).toEqual({
    ...config,
    engine: 'tfjs',
    probes: { ...config.probes, sets: [{ name: 'general', file: SHIPPED.generalKnowledge }] },
  });
  expect(config).toEqual(configOf({ probes: { max_forgetting: 0.2 } }));
});

test.each([[[]], [[{ name: 'mine', file: '/mine.jsonl' }]]])('the probe sets %j stay as they are', (sets) => {
  expect(readyConfig(configOf({ probes: { sets } }), SHIPPED).probes.sets).toEqual(sets);
});

test('what is ready stays ready', () => {
  const ready = readyConfig(configOf(), SHIPPED);
  expect(readyConfig(ready, { generalKnowledge: '/other' })).toEqual(ready);
});

test('an engine that is not in this version is refused in one sentence with the cure', () => {
  expect(() => readyConfig(configOf({ engine: 'torch' }), SHIPPED)).toThrow(
    /^engine: torch is not in this version yet: set engine: tfjs .*\.$/,
  );
});
