import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { DTYPES, toFloat32, type DType } from './dtypes.ts';

/** Headers of real models are below 1 MB; a lying length must not cost memory. */
const MAX_HEADER_BYTES = 100_000_000;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Byte range in the file. */
  readonly begin: number;
  readonly end: number;
}

/** An open safetensors file: its tensors by name. Close it. */
export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** The values as float32, whatever the stored dtype. */
  read(name: string): Float32Array<ArrayBuffer>;
  close(): void;
}

/**
 * Opens a safetensors file and checks its header: 8-byte little-endian length, JSON, data.
 * @throws Failure when the file is truncated or its header contradicts itself or the file's size
 */
export function openSafetensors(path: string): SafetensorsFile {
  const handle = openSync(path, 'r');
  try {
    const size = fstatSync(handle).size;
    const tensors = readHeader(handle, size, path);
    return {
      path,
      tensors,
      read: (name) => {
        const entry = tensors.get(name);
        if (entry === undefined) throw new Error(`no tensor ${name} in ${path}`);
        return toFloat32(readBytes(handle, entry.begin, entry.end - entry.begin, path), entry.dtype);
      },
      close: () => closeSync(handle),
    };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function readHeader(handle: number, size: number, path: string): Map<string, TensorEntry> {
  if (size < 8) throw broken(path, `has ${size} bytes, fewer than the 8 of a header length`);
  const length = Number(readBytes(handle, 0, 8, path).readBigUInt64LE());
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw broken(path, `claims a header of ${length} bytes in a file of ${size}`);
  }
  const text = readBytes(handle, 8, length, path).toString('utf8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw broken(path, 'has a header that is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken(path, 'has a header that is not an object');
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, readEntry(name, value, 8 + length, size, path));
  }
  refuseOverlaps([...tensors.values()], path);
  return tensors;
}

function readEntry(name: string, value: unknown, dataStart: number, size: number, path: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (!isDType(dtype)) {
    throw broken(
      path,
      `holds ${name} as ${String(dtype)}, and only ${Object.keys(DTYPES).join(', ')} are read`,
    );
  }
  if (!isIntegers(shape) || !isIntegers(offsets) || offsets.length !== 2)
    throw broken(path, `has no valid shape or offsets for ${name}`);
  const [begin = 0, end = 0] = offsets;
  const bytes = shape.reduce((product, dimension) => product * dimension, DTYPES[dtype]);
  if (end - begin !== bytes)
    throw broken(
      path,
      `gives ${name} ${end - begin} bytes where its shape [${shape.join(', ')}] takes ${bytes}`,
    );
  if (dataStart + end > size)
    throw broken(path, `ends before ${name} does (${dataStart + end} bytes wanted, ${size} there)`);
  return { name, dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function refuseOverlaps(entries: readonly TensorEntry[], path: string): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const [index, entry] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && before.end > entry.begin)
      throw broken(path, `stores ${before.name} and ${entry.name} in the same bytes`);
  }
}

function broken(path: string, what: string): Failure {
  return new Failure('model.safetensors', `${path} ${what}: copy or download the file again.`);
}

function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value);
}

function isIntegers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function readBytes(handle: number, position: number, length: number, path: string): Buffer {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(handle, buffer, done, length - done, position + done);
    if (count === 0) throw broken(path, 'ended while it was read');
    done += count;
  }
  return buffer;
}
