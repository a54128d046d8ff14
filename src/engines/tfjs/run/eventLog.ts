import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { encodeEventLine } from '../../../protocol/decode.ts';
import type { Event, EventBody } from '../../../protocol/events.ts';
import { Failure } from '../failure.ts';

/** The writer of events.jsonl: one line = one write, `seq` without gaps, over attempts too. */
export interface EventLog {
  write(body: EventBody): void;
  close(): void;
}

/**
 * Opens the log for appending. A torn last line (the earlier attempt died in the middle of a write) is cut off.
 */
export function openEventLog(path: string): EventLog {
  let seq = prepareLog(path);
  const handle = openSync(path, 'a');
  return {
    write: (body) => {
      const event = { seq, time: new Date().toISOString(), ...body } as Event;
      appendWhole(handle, encodeEventLine(event), path);
      seq++;
    },
    close: () => closeSync(handle),
  };
}

/** Highest attempt that said hello in an existing log; 0 if none. */
export function lastAttempt(path: string): number {
  if (!existsSync(path)) return 0;
  let last = 0;
  for (const match of readFileSync(path, 'utf8').matchAll(/"type":"hello".*?"attempt":(\d+)/g))
    last = Math.max(last, Number(match[1]));
  return last;
}

/** Cuts the torn tail and returns the next seq: the number after the last complete line's. */
function prepareLog(path: string): number {
  if (!existsSync(path)) return 0;
  const handle = openSync(path, 'r+');
  try {
    const size = fstatSync(handle).size;
    const end = lastNewline(handle, size) + 1;
    if (end < size) ftruncateSync(handle, end);
    return end === 0 ? 0 : lastSeq(handle, end) + 1;
  } finally {
    closeSync(handle);
  }
}

const BLOCK = 65_536;

/** Offset of the last newline before `end`; -1 if there is none. */
function lastNewline(handle: number, end: number): number {
  const block = Buffer.alloc(BLOCK);
  for (let stop = end; stop > 0; stop -= BLOCK) {
    const start = Math.max(0, stop - BLOCK);
    const count = readSync(handle, block, 0, stop - start, start);
    const found = block.subarray(0, count).lastIndexOf(0x0a);
    if (found >= 0) return start + found;
  }
  return -1;
}

function lastSeq(handle: number, end: number): number {
  const start = lastNewline(handle, end - 1) + 1;
  const line = Buffer.alloc(end - 1 - start);
  readSync(handle, line, 0, line.length, start);
  try {
    const { seq } = JSON.parse(line.toString('utf8')) as { seq?: unknown };
    if (Number.isSafeInteger(seq)) return seq as number;
  } catch {
    // falls through: somebody edited the file by hand
  }
  throw new Failure(
    'run.events',
    'The last line of events.jsonl is not an event of Holdfast: restore the file, or start a new run.',
  );
}

/** Writes a line whole or not at all: on a full disk the half line is taken back, so that what stands stays readable. */
function appendWhole(handle: number, line: string, path: string): void {
  const bytes = Buffer.from(line, 'utf8');
  const before = fstatSync(handle).size;
  try {
    const written = writeSync(handle, bytes);
    if (written === bytes.length) return;
    writeSync(handle, bytes, written);
  } catch (error) {
    ftruncateSync(handle, before);
    throw diskFailure(error, path) ?? error;
  }
}

/** A full or read-only disk as one sentence; undefined for other errors. */
export function diskFailure(error: unknown, path: string): Failure | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure(
      'disk.full',
      `No space was left for ${path}: free some disk space, then resume the run; everything up to its last checkpoint is kept.`,
    );
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new Failure(
      'disk.readonly',
      `${path} could not be written (${code}): make the folder writable, then resume the run.`,
    );
  }
  return undefined;
}
