import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './errorCode.ts';

/**
 * Replaces the file at `path` in one step: readers see the old content or the new one, also after a power cut, never a part.
 * The temporary file lies in the same folder as `.<name>.<random>.tmp`, so readers of a folder skip it by its ending.
 * A symbolic link at `path` is replaced, not followed. Throws the Node error (ENOSPC, EROFS ...) and leaves nothing behind.
 */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeDurably(temporary, data);
    replaceFile(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  syncFolder(dirname(path));
}

/** Makes a rename in `folder` survive a power cut, where the platform can (Windows cannot open a folder). */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The data itself is synced; without this the rename may be lost with the power, but nothing is ever torn.
  }
}

function writeDurably(path: string, data: string | Uint8Array): void {
  const handle = openSync(path, 'wx');
  try {
    writeFileSync(handle, data);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Windows refuses to replace a file while a reader or a virus scanner has it open, for some milliseconds. */
const RENAME_ATTEMPTS = process.platform === 'win32' ? 20 : 1;
const RENAME_PAUSE_MS = 25;

function replaceFile(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (!busy || attempt >= RENAME_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RENAME_PAUSE_MS);
    }
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first error is the one worth reporting.
  }
}
