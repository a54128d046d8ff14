import { expect, test } from 'vitest';
import { engineOf, readyConfig } from '../../src/launch/readyConfig.ts';
import { RunConfigSchema, type RunConfig, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import { NONE, refuseToLook, TINY, USABLE } from './engines.ts';

const SHIPPED = { generalKnowledge: '/shipped/general-knowledge.jsonl' };
const configOf = (over: Partial<RunConfigInput> = {}): RunConfig =>
  RunConfigSchema.parse({ version: 1, model_name_or_path: TINY, train_file: '/t', ...over });

test('what is left open is decided, and nothing else changes', async () => {
  const config = configOf({ probes: { max_forgetting: 0.2 } });
  expect(await readyConfig(config, SHIPPED, refuseToLook)).toEqual({
    config: {
      ...config,
      engine: 'tfjs',
      probes: { ...config.probes, sets: [{ name: 'general', file: SHIPPED.generalKnowledge }] },
    },
    notes: [],
  });
  expect(config).toEqual(configOf({ probes: { max_forgetting: 0.2 } }));
});

test.each([[[]], [[{ name: 'mine', file: '/mine.jsonl' }]]])(
  'the probe sets %j stay as they are',
  async (sets) => {
    const { config } = await readyConfig(configOf({ probes: { sets } }), SHIPPED, refuseToLook);
    expect(config.probes.sets).toEqual(sets);
  },
);

test.each(['tfjs', 'torch'] as const)('what is ready for %s stays ready', async (engine) => {
  const { config } = await readyConfig(configOf({ engine }), SHIPPED, USABLE);
  expect(config.engine).toBe(engine);
  const again = await readyConfig(config, { generalKnowledge: '/other' }, USABLE);
  expect(again).toEqual({ config, notes: [] });
});

test('an engine that cannot run here is refused in one sentence with the cure', async () => {
  await expect(readyConfig(configOf({ engine: 'torch' }), SHIPPED, NONE)).rejects.toThrow(
    /^No Python was found: .*holdfast setup torch.*\.$/,
  );
});

test('a run.json that leaves the engine open means the TypeScript engine', () => {
  expect((['auto', 'tfjs', 'torch'] as const).map((engine) => engineOf({ engine }))).toEqual([
    'tfjs',
    'tfjs',
    'torch',
  ]);
});
