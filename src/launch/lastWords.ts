import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegular } from '../folder/readCapped.ts';
import { decodeEventLine } from '../protocol/decode.ts';
import { MAX_LINE_BYTES } from '../protocol/limits.ts';

/** The last lines of a log from byte `from` on, at most 20; '' where there are none. Never throws. */
export function lastLines(path: string, from: number): string {
  return readEnd(path, from, 4_096).trimEnd().split('\n').slice(-20).join('\n');
}

/** The sentence of the `failed` event that ends events.jsonl, if it was written at or after `since` (milliseconds). */
export function lastFailure(path: string, since: number): string | undefined {
  const line = readEnd(path, 0, MAX_LINE_BYTES).trimEnd().split('\n').at(-1) ?? '';
  const decoded = decodeEventLine(line);
  if (decoded.kind !== 'event' || decoded.event.type !== 'failed') return undefined;
  return Date.parse(decoded.event.time) >= since ? decoded.event.message : undefined;
}

function readEnd(path: string, from: number, maxBytes: number): string {
  try {
    const handle = openRegular(path);
    if (typeof handle === 'object') return '';
    try {
      const { size } = fstatSync(handle);
      const start = Math.max(from, size - maxBytes);
      const buffer = Buffer.alloc(Math.max(0, size - start));
      return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, start));
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}
