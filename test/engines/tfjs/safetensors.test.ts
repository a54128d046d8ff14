import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFloat32 } from '../../../src/engines/tfjs/files/dtypes.ts';
import { openSafetensors } from '../../../src/engines/tfjs/files/safetensors.ts';
import { transpose } from '../../../src/engines/tfjs/files/transpose.ts';
import { writeSafetensors } from '../../../src/engines/tfjs/files/writeSafetensors.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-safetensors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file with the given header and `dataBytes` zeros behind it. */
function fileWith(header: unknown, dataBytes: number, claimedLength?: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimedLength ?? json.length));
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
  return path;
}

const tensor = (shape: unknown, offsets: unknown, dtype = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('reading', () => {
  it.each([
    ['a length beyond the file', () => fileWith({}, 0, 1_000), /claims a header of 1000 bytes in a file of/],
    ['an absurd length', () => fileWith({}, 0, 2 ** 52), /claims a header of/],
    ['a header that is not JSON', () => fileWith('{"a": ', 0), /header that is not JSON/],
    ['a header that is a list', () => fileWith([], 0), /header that is not an object/],
    [
      'an unknown dtype',
      () => fileWith({ a: tensor([1], [0, 1], 'F8_E4M3') }, 1),
      /holds a as F8_E4M3, and only F64, F32/,
    ],
    ['a negative shape', () => fileWith({ a: tensor([-1], [0, 4]) }, 4), /no valid shape or offsets for a/],
    [
      'missing offsets',
      () => fileWith({ a: { dtype: 'F32', shape: [1] } }, 4),
      /no valid shape or offsets for a/,
    ],
    ['a null entry', () => fileWith({ a: null }, 4), /holds a as undefined/],
    [
      'a size that contradicts the shape',
      () => fileWith({ a: tensor([2], [0, 4]) }, 8),
      /gives a 4 bytes where its shape \[2\] takes 8/,
    ],
    ['a tensor beyond the end', () => fileWith({ a: tensor([2], [0, 8]) }, 4), /ends before a does/],
    [
      'two tensors in one place',
      () => fileWith({ a: tensor([2], [0, 8]), b: tensor([1], [4, 8]) }, 8),
      /stores a and b in the same bytes/,
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(() => openSafetensors(make())).toThrow(message);
    expect(() => openSafetensors(make())).toThrow(/: copy or download the file again\.$/);
  });

  it('refuses a truncated file at any length', () => {
    const path = join(folder, 'whole.safetensors');
    writeSafetensors(path, [{ name: 'a', shape: [3], values: () => Float32Array.of(1, 2, 3) }]);
    const { length } = readFileSync(path);
    for (const size of [0, 4, 8, 20, length - 1]) {
      truncateSync(path, size);
      expect(() => openSafetensors(path), `${size} bytes`).toThrow(/copy or download the file again/);
      writeSafetensors(path, [{ name: 'a', shape: [3], values: () => Float32Array.of(1, 2, 3) }]);
    }
  });
});

it('what is written is read back, header aligned to 8 bytes', () => {
  const path = join(folder, 'model.safetensors');
  const values = Float32Array.of(1.5, -0, Infinity, 1e-40, 3);
  const bytes = writeSafetensors(path, [
    { name: 'first', shape: [5], values: () => values },
    { name: 'scalar', shape: [], values: () => Float32Array.of(7) },
    { name: 'empty', shape: [0, 4], values: () => new Float32Array() },
  ]);
  const raw = readFileSync(path);
  expect(raw.length).toBe(bytes);
  expect(Number(raw.readBigUInt64LE()) % 8).toBe(0);
  const file = openSafetensors(path);
  expect(file.read('first')).toEqual(values);
  expect(file.read('scalar')).toEqual(Float32Array.of(7));
  expect(file.read('empty')).toHaveLength(0);
  file.close();
});

it.each([
  ['F16', [0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000], [1, -2, 65_504, 2 ** -24, Infinity, -0]],
  ['BF16', [0x3f80, 0xc000, 0x7f80, 0x0080], [1, -2, Infinity, 2 ** -126]],
] as const)('%s values', (dtype, bits, expected) => {
  expect([...toFloat32(Buffer.from(Uint16Array.from(bits).buffer), dtype)]).toEqual(expected);
});

it.each([
  [1, 1],
  [3, 5],
  [40, 33],
])('transposing [%d, %d] twice gives it back', (rows, columns) => {
  const values = Float32Array.from({ length: rows * columns }, (_, index) => index);
  const turned = transpose(values, rows, columns);
  expect(turned[rows - 1]).toBe(values[(rows - 1) * columns]);
  expect(transpose(turned, columns, rows)).toEqual(values);
});
