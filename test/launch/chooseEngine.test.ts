import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseEngine, engineDemand } from '../../src/launch/chooseEngine.ts';
import { NoUsablePython } from '../../src/launch/pythonForEngine.ts';
import { RunConfigSchema, type RunConfig, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import { repository } from '../cli/cli.ts';
import { scratch } from '../folder/bundle.ts';
import { NONE, refuseToLook, TINY, USABLE } from './engines.ts';

const configOf = (over: Partial<RunConfigInput> = {}): RunConfig =>
  RunConfigSchema.parse({ version: 1, model_name_or_path: TINY, train_file: '/t', ...over });

/** A copy of the tiny model with another config.json. */
function modelWith(change: object): string {
  const folder = join(scratch(), 'model');
  cpSync(TINY, folder, { recursive: true });
  const path = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...config, ...change }));
  return folder;
}

/** Weights of so many numbers that are nowhere but in their header: nobody reads further. */
function largeModel(parameters: number): string {
  const folder = modelWith({});
  const header = JSON.stringify({ a: { dtype: 'F32', shape: [parameters], data_offsets: [0, 0] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  rmSync(join(folder, 'model.safetensors'));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, Buffer.from(header)]));
  return folder;
}

describe('the TypeScript engine', () => {
  test.each(['examples/lab/base', 'test/fixtures/models/tiny-qwen2'])(
    'trains %s, and nobody looks for Python',
    async (path) => {
      const config = configOf({ model_name_or_path: join(repository, path) });
      expect(await chooseEngine(config, refuseToLook)).toEqual({ engine: 'tfjs', notes: [] });
    },
  );

  test('is taken where it is asked for, whatever the model', async () => {
    const config = configOf({ engine: 'tfjs', model_name_or_path: '/nowhere' });
    expect(await chooseEngine(config, refuseToLook)).toEqual({ engine: 'tfjs', notes: [] });
  });

  test('trains a small model made from a config.json', async () => {
    const model = modelWith({});
    rmSync(join(model, 'model.safetensors'));
    const config = configOf({ model_name_or_path: model, from_config: true });
    expect(await chooseEngine(config, refuseToLook)).toEqual({ engine: 'tfjs', notes: [] });
  });
});

describe('the torch engine', () => {
  test('is taken where it is asked for, with what is to be said of its Python', async () => {
    const python = async () => ({ ...(await USABLE()), warnings: ['No CUDA.'] });
    expect(await chooseEngine(configOf({ engine: 'torch' }), python as typeof USABLE)).toEqual({
      engine: 'torch',
      notes: ['No CUDA.'],
    });
  });

  const MUST: [string, Partial<RunConfigInput>, string][] = [
    ['a setting', { lora: {} }, 'because of lora'],
    ['bf16', { bf16: true }, 'because of bf16'],
    ['8-bit state', { optim: 'adamw_8bit' }, 'because of optim'],
    ['several GPUs', { launch: { nproc_per_node: 2 } }, 'because of launch'],
    [
      'the architecture',
      { model_name_or_path: modelWith({ architectures: ['GPT2LMHeadModel'], model_type: 'gpt2' }) },
      'because the model is a GPT2LMHeadModel',
    ],
    [
      'the type, where no architecture is named',
      { model_name_or_path: modelWith({ architectures: undefined, model_type: 'mistral' }) },
      'because the model is a mistral',
    ],
    [
      'rope scaling',
      {
        model_name_or_path: modelWith({ rope_scaling: { rope_type: 'llama3' }, rope_parameters: undefined }),
      },
      'because the model asks for rope type llama3',
    ],
    [
      'a hub id',
      { model_name_or_path: 'Qwen/Q' },
      'because Qwen/Q is not on this machine and only that engine downloads models',
    ],
  ];

  test.each(MUST)('is taken by auto for %s', async (_name, over, because) => {
    expect(engineDemand(configOf(over))).toEqual({ engine: 'torch', because, isMust: true });
    expect(await chooseEngine(configOf(over), USABLE)).toEqual({ engine: 'torch', notes: [] });
  });

  test.each(MUST)('that is needed for %s and is not there is one sentence', async (_name, over, because) => {
    const failure = await chooseEngine(configOf(over), NONE).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoUsablePython);
    expect((failure as Error).message).toBe(
      `This needs the torch engine, ${because}; no Python was found: run "holdfast setup torch".`,
    );
  });

  test('is taken by auto for a large model where it is there, else the other one with a word of warning', async () => {
    const config = configOf({ model_name_or_path: largeModel(40_000_000) });
    expect(await chooseEngine(config, USABLE)).toEqual({ engine: 'torch', notes: [] });
    expect(await chooseEngine(config, NONE)).toEqual({
      engine: 'tfjs',
      notes: [
        'The TypeScript engine will be slow, because the model has 40,000,000 parameters; no Python was found: run "holdfast setup torch".',
      ],
    });
    const small = configOf({ model_name_or_path: largeModel(29_000_000) });
    expect(await chooseEngine(small, refuseToLook)).toEqual({ engine: 'tfjs', notes: [] });
  });

  test('is taken by auto for a large model made from a config.json', () => {
    const model = modelWith({
      hidden_size: 512,
      intermediate_size: 2_048,
      num_hidden_layers: 24,
      vocab_size: 32_000,
    });
    expect(engineDemand(configOf({ model_name_or_path: model, from_config: true }))).toMatchObject({
      engine: 'torch',
      isMust: false,
    });
  });
});

test('what a config.json says of the size is about what its weights have', async () => {
  const { parametersOf } = await import('../../src/protocol/modelConfig.ts');
  const { modelSummary, readModelConfig } = await import('../../src/launch/modelSummary.ts');
  for (const path of [
    'examples/lab/base',
    'test/fixtures/models/tiny-qwen2',
    'test/fixtures/models/tiny-llama',
  ]) {
    const folder = join(repository, path);
    const counted = modelSummary(folder).parameters ?? 0;
    expect(Math.abs((parametersOf(readModelConfig(folder)) ?? 0) / counted - 1)).toBeLessThan(0.05);
  }
});
