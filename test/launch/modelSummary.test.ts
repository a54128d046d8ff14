import { cpSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelSummary } from '../../src/launch/modelSummary.ts';
import { scratch } from '../folder/bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MODELS = join(ROOT, 'test', 'fixtures', 'models');

/** Weights with this header; `length`: what the file says of the header's length. */
function weightsWith(header: string, length = BigInt(Buffer.byteLength(header))): string {
  const folder = scratch();
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length);
  writeFileSync(
    join(folder, 'model.safetensors'),
    Buffer.concat([head, Buffer.from(header), Buffer.alloc(8)]),
  );
  return folder;
}

/** Numbers in weights that have one tensor of this shape. */
const parametersOf = (shape: unknown): number | undefined =>
  modelSummary(weightsWith(JSON.stringify({ a: { dtype: 'F32', shape, data_offsets: [0, 0] } }))).parameters;

test('the small model that ships has the size that everything says of it', () => {
  expect(modelSummary(join(ROOT, 'examples', 'lab', 'base'))).toEqual({
    type: 'llama',
    parameters: 1_053_824,
  });
});

test('a model in shards is counted whole, and not at all where one is damaged', () => {
  const folder = join(scratch(), 'model');
  cpSync(join(MODELS, 'tiny-llama-sharded'), folder, { recursive: true });
  const whole = modelSummary(join(MODELS, 'tiny-llama')).parameters;
  expect(whole).toBeGreaterThan(0);
  expect(modelSummary(folder)).toEqual({ type: 'llama', parameters: whole });
  truncateSync(join(folder, 'model-00002-of-00003.safetensors'), 20);
  expect(modelSummary(folder)).toEqual({ type: 'llama', parameters: undefined });
});

test('what is not there is not told', () => {
  const folder = scratch();
  const nothing = { type: undefined, parameters: undefined };
  expect(modelSummary(folder)).toEqual(nothing);
  expect(modelSummary(join(folder, 'nowhere'))).toEqual(nothing);
  writeFileSync(join(folder, 'config.json'), '{"model_type":"qwen2"}');
  expect(modelSummary(folder)).toEqual({ type: 'qwen2', parameters: undefined });
});

test.each(['', '{', '[]', 'null', '{"model_type":5}', '['.repeat(5_000)])(
  'a config.json that says %.10j names no type',
  (text) => {
    const folder = scratch();
    writeFileSync(join(folder, 'config.json'), text);
    expect(modelSummary(folder).type).toBeUndefined();
  },
);

test('a download that was interrupted is damaged, though its header is whole', () => {
  const folder = join(scratch(), 'model');
  cpSync(join(MODELS, 'tiny-llama'), folder, { recursive: true });
  const file = join(folder, 'model.safetensors');
  truncateSync(file, statSync(file).size - 1);
  expect(modelSummary(folder)).toEqual({ type: 'llama', parameters: undefined });
});

describe('the header of the weights', () => {
  test('is counted without what describes the file; a scalar is one number', () => {
    const tensor = (...shape: number[]) => ({ dtype: 'F32', shape, data_offsets: [0, 4] });
    const header = {
      __metadata__: { format: 'pt' },
      a: tensor(2, 3),
      b: tensor(),
      c: tensor(5),
      d: tensor(4, 0),
    };
    expect(modelSummary(weightsWith(JSON.stringify(header))).parameters).toBe(2 * 3 + 1 + 5);
    expect(modelSummary(weightsWith('{}')).parameters).toBe(0);
  });

  test.each([
    ['no JSON', weightsWith('{"a":')],
    ['a list', weightsWith('[]')],
    ['null', weightsWith('null')],
    ['shorter than it says', weightsWith('{}', 100n)],
    ['longer than any header', weightsWith('{}', 2n ** 30n)],
    ['longer than any file', weightsWith('{}', 2n ** 64n - 1n)],
  ])('that is %s is not counted', (_name, folder) => {
    expect(modelSummary(folder).parameters).toBeUndefined();
  });

  test('that is cut off, or a folder, is not counted', () => {
    const folder = scratch();
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, 'short');
    expect(modelSummary(folder).parameters).toBeUndefined();
    rmSync(path);
    mkdirSync(path);
    expect(modelSummary(folder).parameters).toBeUndefined();
  });

  // Regression: a shape that holds no numbers is multiplied all the same, and NaN is shown as a size instead of none; a negative one
  // gives less than nothing.
  test.each([[['a', 2]], [[2, null, {}]], [[-2, 3]]])('with the shape %j is not counted', (shape) => {
    expect(parametersOf(shape)).toBeUndefined();
  });
});
