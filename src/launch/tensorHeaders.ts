import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegular } from '../folder/readCapped.ts';
import { namesIn } from '../folder/namesIn.ts';

/** A tensor as the header of its file describes it. */
export interface TensorHeader {
  readonly name: string;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** As safetensors writes it (F32, BF16 ...); '' where the file does not say. */
  readonly dtype: string;
}

const MAX_HEADER_BYTES = 16 * 1024 ** 2;

/** Names of the files in a model's folder that hold its weights; none where it has none in this format. */
export function weightFiles(folder: string): string[] {
  return namesIn(folder).filter((name) => /^model.*\.safetensors$/.test(name));
}

/**
 * What a safetensors file holds, without reading it: it begins with the length of its header (8 bytes, little-endian), then JSON:
 * name -> dtype, shape, offsets. undefined where it is damaged. Never throws.
 */
export function readTensorHeaders(path: string): TensorHeader[] | undefined {
  try {
    const handle = openRegular(path);
    if (typeof handle === 'object') return undefined;
    try {
      const head = Buffer.alloc(8);
      if (readSync(handle, head, 0, 8, 0) < 8) return undefined;
      const length = Number(head.readBigUInt64LE());
      if (length > MAX_HEADER_BYTES) return undefined;
      const header = Buffer.alloc(length);
      readSync(handle, header, 0, length, 8);
      // An interrupted download has a whole header and half the numbers.
      return tensorsIn(JSON.parse(header.toString('utf8')), fstatSync(handle).size - 8 - length);
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** undefined where a shape is none, and where a tensor ends behind the `bytes` that are there. */
function tensorsIn(header: unknown, bytes: number): TensorHeader[] | undefined {
  if (!isRecord(header)) return undefined;
  const tensors: TensorHeader[] = [];
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { shape, dtype, data_offsets: offsets } = isRecord(tensor) ? tensor : {};
    if (!isShape(shape) || endOf(offsets) > bytes) return undefined;
    tensors.push({ name, shape, dtype: typeof dtype === 'string' ? dtype : '' });
  }
  return tensors;
}

/** 0 where nobody says. */
function endOf(offsets: unknown): number {
  const end: unknown = Array.isArray(offsets) ? offsets[1] : undefined;
  return typeof end === 'number' ? end : 0;
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
