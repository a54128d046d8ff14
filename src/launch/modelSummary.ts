import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openRegular, readTextCapped } from '../folder/readCapped.ts';
import { parseCapped } from '../protocol/limits.ts';
import { namesIn } from '../folder/namesIn.ts';

/** What a model's folder tells without loading it. */
export interface ModelSummary {
  /** `model_type` of its config.json; undefined where there is none. */
  readonly type: string | undefined;
  /** Numbers in its weights; undefined where they cannot be counted. */
  readonly parameters: number | undefined;
}

const MAX_HEADER_BYTES = 16 * 1024 ** 2;

/** Reads config.json and the headers of the weights; never throws. */
export function modelSummary(folder: string): ModelSummary {
  const value = readModelConfig(folder);
  const type = isRecord(value) && typeof value.model_type === 'string' ? value.model_type : undefined;
  return { type, parameters: countParameters(folder) };
}

/** A model's config.json, whatever it says; undefined where there is none that can be read. Never throws. */
export function readModelConfig(folder: string): unknown {
  const config = readTextCapped(join(folder, 'config.json'), 1_000_000);
  const parsed = config !== undefined && 'text' in config ? parseCapped(config.text) : undefined;
  return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
}

function countParameters(folder: string): number | undefined {
  const files = namesIn(folder).filter((name) => /^model.*\.safetensors$/.test(name));
  if (files.length === 0) return undefined;
  const counts = files.map((name) => countIn(join(folder, name)));
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}

/** A safetensors file begins with the length of its header (8 bytes, little-endian), then JSON: name -> dtype, shape, offsets. */
function countIn(path: string): number | undefined {
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
      const count = sizesIn(JSON.parse(header.toString('utf8')));
      return Number.isFinite(count) ? count : undefined;
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** NaN where a shape is none. */
function sizesIn(header: unknown): number {
  if (!isRecord(header)) return NaN;
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .reduce((sum, [, tensor]) => {
      const shape: unknown = isRecord(tensor) ? tensor.shape : undefined;
      if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
        return NaN;
      return sum + (shape as number[]).reduce((product, size) => product * size, 1);
    }, 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
