import { createHash } from 'node:crypto';
import { fstatSync, read as readWithCallback } from 'node:fs';
import { promisify } from 'node:util';
import type { Pace } from '../pace.ts';
import type { Cutter } from './cutter.ts';

const read = promisify(readWithCallback);

const CHUNK_BYTES = 1024 ** 2;

/** What a file was when it was read. */
export interface ReadFile {
  /** Of the content, hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Reads a file of any size, once and from the beginning. What is appended meanwhile is left for the next time. */
export async function streamFile(handle: number, pace: Pace, cutter: Cutter): Promise<ReadFile> {
  const total = fstatSync(handle).size;
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, total));
  let done = 0;
  while (done < total) {
    const { bytesRead } = await read(handle, buffer, 0, Math.min(buffer.length, total - done), done);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    cutter.add(chunk);
    done += bytesRead;
    pace.onProgress(done, total);
    await pace.breathe();
  }
  cutter.end();
  return { sha256: hash.digest('hex'), bytes: done };
}
