import { closeSync, fstatSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Disposable } from '../base/emitter.ts';
import { openRegular } from '../folder/readCapped.ts';

export interface FollowOptions {
  /** Text that was appended: whole characters, but lines may be cut anywhere. */
  readonly onText: (text: string) => void;
  /** What was told so far no longer holds; the file is told again from its start. */
  readonly onReset: () => void;
  /** What is read at one look; without it everything there is. */
  readonly bytesPerLook?: number;
  /** Where bytes are read into: whoever follows many files, one look at a time, gives them all the same one. */
  readonly buffer?: Buffer;
}

export interface TailOptions extends FollowOptions {
  /** Between two looks; the watcher makes it faster where the file system reports changes (network disks do not). */
  readonly pollMs?: number;
}

/** Remembers how far a file was read. */
export interface Follower extends Disposable {
  /** Tells at once what has been appended, before it returns. Whether there is more: it stopped at `bytesPerLook`. */
  readonly readNow: () => boolean;
}

export type Tail = Follower;

/**
 * Follows a growing file, which need not exist yet, from its start until disposed. Keeps the process alive meanwhile.
 *
 * A resumed run cuts the torn last line off and writes on, so the file may change behind what was read, even without being
 * shorter at any look: the last bytes read are compared each time.
 */
export function tailEvents(path: string, options: TailOptions): Tail {
  const reader = followFile(path, options);
  const timer = setInterval(reader.readNow, options.pollMs ?? DEFAULT_POLL_MS);
  const watcher = watchFile(path, reader.readNow);
  const first = setImmediate(reader.readNow);
  return {
    readNow: reader.readNow,
    dispose: () => {
      reader.dispose();
      clearInterval(timer);
      clearImmediate(first);
      watcher.dispose();
    },
  };
}

const DEFAULT_POLL_MS = 1_000;
const CHUNK_BYTES = 1_048_576;
/** So many bytes before the offset must still be the same; a torn line that was replaced differs within them. */
const TRAIL_BYTES = 256;

/** As tailEvents, for whoever knows when to look. */
export function followFile(path: string, options: FollowOptions): Follower {
  const { onText, onReset, bytesPerLook = Infinity } = options;
  const buffer = options.buffer ?? Buffer.alloc(CHUNK_BYTES);
  let decoder = new StringDecoder('utf8');
  let offset = 0;
  let trail: Buffer = Buffer.alloc(0);
  let closed = false;
  let reading = false;

  const startOver = (): void => {
    decoder = new StringDecoder('utf8');
    offset = 0;
    trail = Buffer.alloc(0);
    onReset();
  };
  const isClosed = (): boolean => closed;
  const readOn = (handle: number): boolean => {
    for (let told = 0; !isClosed() && told < bytesPerLook;) {
      const wanted = Math.min(buffer.length, bytesPerLook - told);
      const chunk = buffer.subarray(0, readSync(handle, buffer, 0, wanted, offset));
      if (chunk.length === 0) return false;
      told += chunk.length;
      offset += chunk.length;
      trail = Buffer.concat([trail, chunk.subarray(-TRAIL_BYTES)]).subarray(-TRAIL_BYTES);
      onText(decoder.write(chunk));
    }
    return !isClosed() && fstatSync(handle).size > offset;
  };
  const readNow = (): boolean => {
    // A listener that asks for more while it is being told would get the end before the middle.
    if (closed || reading) return false;
    const handle = openQuietly(path);
    if (handle === undefined) return false;
    reading = true;
    try {
      if (wasRewritten(handle, offset, trail)) startOver();
      return readOn(handle);
    } finally {
      reading = false;
      closeSync(handle);
    }
  };
  return { readNow, dispose: () => void (closed = true) };
}

/** undefined where there is no such file, or none that can be read: the next look may find one. */
function openQuietly(path: string): number | undefined {
  try {
    const handle = openRegular(path);
    return typeof handle === 'number' ? handle : undefined;
  } catch {
    return undefined;
  }
}

function wasRewritten(handle: number, offset: number, trail: Buffer): boolean {
  if (fstatSync(handle).size < offset) return true;
  const again = Buffer.alloc(trail.length);
  const got = trail.length === 0 ? 0 : readSync(handle, again, 0, trail.length, offset - trail.length);
  return got !== trail.length || !again.equals(trail);
}

/** Watches the folder, because the file may not be there yet. Where that fails, the poll does alone. */
function watchFile(path: string, onChange: () => void): Disposable {
  const name = basename(path);
  try {
    const watcher = watch(dirname(path), (_kind, changed) => {
      if (changed === null || changed === name) onChange();
    });
    watcher.on('error', () => watcher.close());
    return { dispose: () => watcher.close() };
  } catch {
    return { dispose: () => undefined };
  }
}
