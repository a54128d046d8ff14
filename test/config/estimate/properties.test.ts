import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { RunConfigInput } from '../../../src/protocol/runConfig.ts';
import { configOf, estimated, LAB, partOf, QWEN, rowsOf, shapeOf } from './questions.ts';

const METHODS: readonly Partial<RunConfigInput>[] = [
  {},
  { self_distill: {} },
  { self_distill: { teacher: 'base', positions: 'completion' } },
  { self_distill: { teacher: '/other' } },
  { self_distill: { kd_weight: 0 } },
  { freeze: { trainable_groups: ['attention'] } },
  { freeze: { groups: ['embeddings', 'layers 0-2'] } },
  { self_distill: {}, freeze: { groups: ['ffn'] } },
];
const ENGINES = ['tfjs', 'torch'] as const;

describe.each(ENGINES)('%s', (engine) => {
  test.each(METHODS)('more of anything never costs less: %j', (settings) => {
    const of = (over: Parameters<typeof estimated>[0]): { total: number; step: number } => {
      const { memory, time } = estimated({ engine, ...over, settings: { ...settings, ...over?.settings } });
      return { total: memory.total, step: time.secondsPerStep };
    };
    const small = of({});
    const larger = [
      of({ settings: { per_device_train_batch_size: 32 } }),
      of({ tokens: rowsOf(640, 128) }),
      of({ shape: shapeOf({ ...LAB, num_hidden_layers: 8 }) }),
      of({ shape: shapeOf({ ...LAB, hidden_size: 256 }) }),
      of({ shape: shapeOf({ ...LAB, intermediate_size: 1_024 }) }),
    ];
    for (const { total, step } of larger) {
      expect(total).toBeGreaterThanOrEqual(small.total);
      expect(step).toBeGreaterThan(small.step);
    }
    expect(larger.filter(({ total }) => total > small.total).length).toBeGreaterThan(2);
  });

  test.each([
    [['ffn']],
    [['attention']],
    [['embeddings']],
    [['norms']],
    [['layers 0-1']],
    [['layers 2-3']],
    [['embeddings', 'layers 0-2']],
    [['q', 'down']],
  ])('freezing %j never costs memory or time', (groups) => {
    for (const json of [LAB, { ...LAB, tie_word_embeddings: false }]) {
      const shape = shapeOf(json);
      for (const distill of [{}, { self_distill: {} }]) {
        const all = estimated({ engine, shape, settings: distill });
        const some = estimated({ engine, shape, settings: { ...distill, freeze: { groups } } });
        // What still layers have said is kept: an array of its own, but no larger than what it saves.
        expect(some.memory.total).toBeLessThanOrEqual(all.memory.total);
        expect(some.time.secondsPerStep).toBeLessThanOrEqual(all.time.secondsPerStep);
        expect(some.memory.disk.checkpoint).toBeLessThan(all.memory.disk.checkpoint);
      }
    }
  });

  test('every estimate is finite and no part is negative, whatever the config', () => {
    const random = createRandom(3, engine);
    const oneOf = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
    for (let round = 0; round < 300; round++) {
      const settings: Partial<RunConfigInput> = {
        ...oneOf(METHODS),
        per_device_train_batch_size: 1 + random.below(200),
        gradient_accumulation_steps: 1 + random.below(8),
        num_train_epochs: 0.01 + 20 * random.uniform(),
        max_steps: oneOf([-1, 0, 1, 1_000_000]),
        max_length: oneOf([1, 2, 16, 100_000]),
        eval_steps: oneOf([0.001, 0.99, 1, 1e6]),
        group_by_length: oneOf([true, false]),
        gradient_checkpointing: oneOf([true, false]),
        bf16: oneOf([true, false, undefined]),
        optim: oneOf(['adamw', 'adamw_8bit']),
        padding_free: oneOf([true, false]),
        launch: oneOf([undefined, { nproc_per_node: 8 }]),
        probes: oneOf([{}, { sets: [] }, { prompts: ['{question}'] }]),
      };
      const withLora =
        settings.freeze === undefined
          ? { ...settings, lora: oneOf([undefined, {}, { target_modules: ['q_proj'] }]) }
          : settings;
      const tokens = rowsOf(oneOf([0, 1, 33, 2_000]), oneOf([1, 7, 300]), 1, configOf(withLora));
      const { memory, time, steps } = estimated({
        engine,
        tokens,
        settings: withLora,
        shape: shapeOf(oneOf([LAB, QWEN])),
        device: oneOf(['cpu', 'cuda', 'mps']),
        cores: oneOf([0, 1, 64]),
        knownRows: oneOf([undefined, 0, 50]),
        lastSecondsPerStep: oneOf([undefined, 0, 3]),
      });
      const numbers = [
        memory.total,
        memory.disk.checkpoint,
        memory.disk.teacher,
        time.seconds,
        time.low,
        time.high,
        steps.steps,
        steps.evaluations,
      ];
      for (const value of numbers)
        expect(Number.isFinite(value) && value >= 0, JSON.stringify(withLora)).toBe(true);
      for (const { name, bytes } of memory.parts)
        expect(bytes, `${name} ${JSON.stringify(withLora)}`).toBeGreaterThan(0);
      expect(time.low).toBeLessThanOrEqual(time.high);
    }
  });
});

describe('what is particular to an engine or device', () => {
  test('only the TypeScript engine has tensors in WebAssembly, and not all that it needs is there', () => {
    const { memory } = estimated({ engine: 'tfjs' });
    expect(memory.wasm_bytes).toBeLessThan(memory.total);
    expect(estimated({ engine: 'torch' }).memory.wasm_bytes).toBeUndefined();
  });

  test('frozen lower layers are run once, so that a step knows nothing of them', () => {
    const freeze = { groups: ['embeddings', 'layers 0-2'] };
    expect(partOf(estimated({ settings: { freeze } }), 'activations')).toBeLessThan(
      partOf(estimated(), 'activations'),
    );
    expect(partOf(estimated({ settings: { freeze } }), 'cache')).toBe(640 * 32 * 128 * 4);
  });

  test('bfloat16 keeps masters in float32', () => {
    const shape = shapeOf(QWEN);
    const numbers = 1_543_714_304;
    const gpu = estimated({ shape, device: 'cuda' });
    expect(partOf(gpu, 'weights')).toBe(2 * numbers);
    expect(partOf(gpu, 'optimizer')).toBe(12 * numbers);
    const exact = estimated({ shape, device: 'cuda', settings: { bf16: false } });
    expect(partOf(exact, 'weights')).toBe(4 * numbers);
    expect(partOf(exact, 'optimizer')).toBe(8 * numbers);
    expect(
      partOf(estimated({ shape, device: 'cuda', settings: { optim: 'adamw_8bit' } }), 'optimizer'),
    ).toBeLessThan(6.1 * numbers);
  });

  test('processes share state, and each gathers a part of the model', () => {
    const shape = shapeOf(QWEN);
    const alone = estimated({ shape, device: 'cuda' });
    const eight = estimated({ shape, device: 'cuda', settings: { launch: { nproc_per_node: 8 } } });
    expect(partOf(eight, 'optimizer')).toBe(partOf(alone, 'optimizer') / 8);
    expect(partOf(eight, 'weights')).toBeGreaterThan(partOf(alone, 'weights') / 8);
    expect(partOf(eight, 'weights')).toBeLessThan(partOf(alone, 'weights'));
  });

  test('adapters are small, and their base stands still', () => {
    const shape = shapeOf(QWEN);
    const adapted = estimated({ shape, settings: { lora: { r: 8, target_modules: ['q_proj', 'v_proj'] } } });
    // r x in and out x r in 28 layers, of queries and of the narrower values; two moments of four bytes.
    expect(partOf(adapted, 'optimizer')).toBe(8 * 28 * 8 * (1_536 + 1_536 + 1_536 + 256));
    expect(partOf(adapted, 'gradients')).toBeLessThan(0.01 * partOf(estimated({ shape }), 'gradients'));
  });

  test('checkpointing keeps the input of every layer, and one layer', () => {
    const long = rowsOf(64, 512);
    const kept = partOf(estimated({ tokens: long }), 'activations');
    expect(
      partOf(estimated({ tokens: long, settings: { gradient_checkpointing: true } }), 'activations'),
    ).toBeLessThan(kept / 2);
  });

  test.each([
    ['cpu', {}, true],
    ['cuda', {}, false],
    ['mps', {}, false],
    ['cpu', { optim: 'adamw_8bit' }, false],
    ['cpu', { torch_compile: true }, false],
    ['cpu', { launch: { nproc_per_node: 2 } }, false],
  ] as const)('what could not be measured is marked: %s %j', (device, settings, isMeasured) => {
    expect(estimated({ device, settings }).memory.isMeasured).toBe(isMeasured);
  });

  test('time is from the last run, from constants, or a guess; and says within which bounds', () => {
    const { time } = estimated({ lastSecondsPerStep: 3 });
    expect(time).toMatchObject({ basis: 'last run', secondsPerStep: 3, isMeasured: true });
    expect(estimated().time).toMatchObject({ basis: 'measured constants', isMeasured: true });
    expect(estimated({ device: 'cuda' }).time).toMatchObject({ basis: 'rough', isMeasured: false });
    const width = (of: typeof time): number => of.high / of.low;
    expect(width(time)).toBeLessThan(width(estimated().time));
    expect(width(estimated().time)).toBeLessThan(width(estimated({ device: 'cuda' }).time));
  });

  test('the TypeScript engine takes no notice of a GPU', () => {
    expect(estimated({ engine: 'tfjs', device: 'cuda' })).toEqual(
      estimated({ engine: 'tfjs', device: 'cpu' }),
    );
  });
});
