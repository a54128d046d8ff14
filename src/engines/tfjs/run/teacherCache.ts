import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import type { EncodedRow } from '../../../data/encode.ts';
import { decodeFile } from '../../../protocol/decode.ts';
import { Failure } from '../failure.ts';
import { distilledInRow, type DistilledPositions } from '../training/positions.ts';

/**
 * What a teacher says, on disk: one float32 vector per distilled position, row after row in the order of the training rows.
 * `outputs.f32` holds the numbers, `outputs.json`, written last, what they are. Rows are read as batches ask for them, so that
 * memory holds one batch and a resumed run reads the very same numbers.
 */
const HeaderSchema = z.looseObject({
  format: z.literal(1),
  /** Log-probabilities at `temperature` [vocab], or hidden states after the final norm [hidden_size]. */
  kind: z.enum(['log_probabilities', 'hidden_states']),
  width: z.number().int().min(1),
  /** Vectors in the file. */
  vectors: z.number().int().min(0),
  positions: z.enum(['all', 'completion']),
  temperature: z.number(),
  /** SHA-256 of the teacher's weights. */
  teacher_hash: z.string(),
  self_test_kl: z.number(),
});
export type CacheHeader = z.infer<typeof HeaderSchema>;

export type CacheKind = CacheHeader['kind'];

const DATA = 'outputs.f32';
const HEADER = 'outputs.json';
const FLOAT_BYTES = 4;

/** Where each row's vectors begin. */
export interface CacheLayout {
  readonly vectors: number;
  /** First vector of a row, and how many; undefined for a row that is not in the cache. */
  of(row: EncodedRow): { readonly start: number; readonly count: number } | undefined;
}

export function layoutOf(rows: readonly EncodedRow[], positions: DistilledPositions): CacheLayout {
  const places = new Map<EncodedRow, { start: number; count: number }>();
  let vectors = 0;
  for (const row of rows) {
    const count = distilledInRow(row, positions).length;
    places.set(row, { start: vectors, count });
    vectors += count;
  }
  return { vectors, of: (row) => places.get(row) };
}

/** Writes vectors row by row, in any order. */
export interface CacheWriter {
  write(row: EncodedRow, vectors: Float32Array): void;
  close(): void;
}

export function createCache(folder: string, layout: CacheLayout, width: number): CacheWriter {
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, DATA), 'w');
  return {
    write: (row, vectors) => {
      const place = layout.of(row);
      if (place === undefined || vectors.length !== place.count * width)
        throw new Error('not a row of this cache');
      writeAll(file, vectors, place.start * width * FLOAT_BYTES);
    },
    close: () => closeSync(file),
  };
}

/** Makes a cache whose vectors are all written a complete one. */
export function sealCache(folder: string, header: CacheHeader): void {
  writeAtomically(join(folder, HEADER), `${JSON.stringify(header, undefined, 2)}\n`);
}

/** What a complete cache says of itself; undefined where there is none. */
export function readCacheHeader(folder: string): CacheHeader | undefined {
  const path = join(folder, HEADER);
  if (!existsSync(path)) return undefined;
  const decoded = decodeFile(HeaderSchema, readFileSync(path, 'utf8'));
  if ('value' in decoded) return decoded.value;
  throw staleCache(folder, `${HEADER} is not readable (${decoded.problem})`);
}

/** Reads vectors row by row. */
export interface CacheReader {
  readonly bytes: number;
  /** The rows' vectors one after another, [sum of their counts * width]; overwritten by the next call. */
  read(rows: readonly EncodedRow[]): Float32Array<ArrayBuffer>;
  close(): void;
}

/** @throws Failure when the file does not have the size that header and rows give it */
export function openCache(folder: string, header: CacheHeader, layout: CacheLayout): CacheReader {
  const path = join(folder, DATA);
  const { width } = header;
  const bytes = layout.vectors * width * FLOAT_BYTES;
  const found = existsSync(path) ? statSync(path).size : 0;
  if (header.vectors !== layout.vectors || found !== bytes)
    throw staleCache(folder, `${DATA} has ${found} bytes where the training rows need ${bytes}`);
  const file = openSync(path, 'r');
  let buffer = new Float32Array();
  return {
    bytes,
    read: (rows) => {
      const places = rows.map((row) => layout.of(row) ?? { start: 0, count: 0 });
      const length = places.reduce((sum, { count }) => sum + count * width, 0);
      // One buffer for all batches: megabytes of garbage with every step are collected late.
      if (buffer.length < length) buffer = new Float32Array(length);
      const result = buffer.subarray(0, length);
      let at = 0;
      for (const { start, count } of places) {
        readAll(file, result.subarray(at, at + count * width), start * width * FLOAT_BYTES, folder);
        at += count * width;
      }
      return result;
    },
    close: () => closeSync(file),
  };
}

/** One sentence for everything that makes a cache unusable. */
export function staleCache(folder: string, reason: string): Failure {
  return new Failure(
    'teacher.cache',
    `The teacher's outputs in ${folder} cannot be used (${reason}): delete ${join(folder, HEADER)}, then resume the run to have them computed again.`,
  );
}

function writeAll(file: number, values: Float32Array, position: number): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

function readAll(file: number, into: Float32Array, position: number, folder: string): void {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  for (let done = 0; done < bytes.length;) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw staleCache(folder, `${DATA} ends too early`);
    done += count;
  }
}
