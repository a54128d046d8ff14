import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { namesIn } from '../folder/namesIn.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { KEPT_SHAPES, type KeptTable } from './keptShapes.ts';

/** What is worth keeping between processes, safe to delete at any time. Never throws: without it only time is lost. */
export interface Kept {
  /** @param key all that the value depends on, contents of files as their hashes; must be JSON */
  readonly recall: <Kind extends keyof KeptTable>(kind: Kind, key: unknown) => KeptTable[Kind] | undefined;
  readonly keep: <Kind extends keyof KeptTable>(kind: Kind, key: unknown, value: KeptTable[Kind]) => void;
}

/** Grows when what a value means changes: older files are then nobody's and go with time. */
const VERSION = 1;
/** Most are below a kilobyte, tokens of twenty thousand rows half a megabyte. */
const MOST_FILES = 400;
const MAX_BYTES = 16 * 1024 ** 2;

export const KEEPS_NOTHING: Kept = { recall: () => undefined, keep: () => undefined };

/** @param cacheFolder made when something is kept; what is kept lies in `facts/` there */
export function createKept(cacheFolder: string): Kept {
  const folder = join(cacheFolder, 'facts');
  const pathOf = (kind: string, key: unknown): string =>
    join(folder, `${kind}-${sha256(JSON.stringify([VERSION, kind, key]))}.json`);
  return {
    recall: (kind, key) => {
      const read = readTextCapped(pathOf(kind, key), MAX_BYTES);
      const shape = KEPT_SHAPES[kind];
      const parsed = read !== undefined && 'text' in read ? shape.safeParse(parseJson(read.text)) : undefined;
      return parsed?.success === true ? parsed.data : undefined;
    },
    keep: (kind, key, value) => {
      try {
        mkdirSync(folder, { recursive: true });
        writeAtomically(pathOf(kind, key), `${JSON.stringify(value)}\n`);
        removeOldest(folder);
      } catch {
        // A disk that is full or read-only costs time at the next start, nothing else.
      }
    },
  };
}

function removeOldest(folder: string): void {
  const names = namesIn(folder).filter((name) => name.endsWith('.json'));
  if (names.length <= MOST_FILES) return;
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, time: statSync(path).mtimeMs };
  });
  files.sort((one, other) => one.time - other.time);
  // A tenth more than needed, so that not every further one looks at all of them.
  for (const { path } of files.slice(0, names.length - 0.9 * MOST_FILES)) rmSync(path, { force: true });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
