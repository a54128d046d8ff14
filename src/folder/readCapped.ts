import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf } from '../base/text.ts';
import { errorCode } from './errorCode.ts';

/** A file's text, or one phrase saying why it cannot be had; undefined where there is no file. */
export type CappedText = { text: string } | { problem: string } | undefined;

/**
 * Reads a whole UTF-8 file of at most `maxBytes`. Never throws and never blocks on a pipe or a device: what lies in a run
 * folder is other people's. Links are followed (Hugging Face caches are full of them); who minds uses `resolveInside` first.
 */
export function readTextCapped(path: string, maxBytes: number): CappedText {
  try {
    const handle = openRegular(path);
    if (typeof handle === 'object') return handle;
    try {
      return readAll(handle, maxBytes);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? undefined : { problem: messageOf(error) };
  }
}

/** Opens a regular file for reading; the caller closes the descriptor. Throws the Node error where it cannot be opened. */
export function openRegular(path: string): number | { problem: string } {
  const handle = openSync(path, READ_WITHOUT_WAITING);
  if (fstatSync(handle).isFile()) return handle;
  closeSync(handle);
  return { problem: 'not a regular file' };
}

// Without O_NONBLOCK, opening a FIFO waits for a writer, for ever. Windows has no such files and no such flag.
const READ_WITHOUT_WAITING =
  process.platform === 'win32' ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK;

function readAll(handle: number, maxBytes: number): { text: string } | { problem: string } {
  const size = fstatSync(handle).size;
  if (size > maxBytes) return { problem: `${size} bytes long, more than ${maxBytes}` };
  // One byte more than allowed, because the file may grow while it is read.
  const buffer = Buffer.alloc(Math.min(maxBytes, size + GROWTH) + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const got = readSync(handle, buffer, filled, buffer.length - filled, null);
    if (got === 0) break;
    filled += got;
  }
  if (filled > maxBytes) return { problem: `more than ${maxBytes} bytes long` };
  return { text: buffer.toString('utf8', 0, filled) };
}

/** What a file may gain between its size being asked and its being read; more shows up at the next reading. */
const GROWTH = 4_096;
