import { createHash, randomUUID } from 'node:crypto';
import { linkSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeFile } from '../protocol/decode.ts';
import { encodeJson } from '../protocol/numbers.ts';
import { LockFileSchema, type LockFile } from '../protocol/runFiles.ts';
import { errorCode } from './errorCode.ts';
import { ageSeconds, SILENT_AFTER_SECONDS } from './heartbeat.ts';
import { currentIdentity, livenessOf } from './identity.ts';
import { readTextCapped } from './readCapped.ts';

/** A held lock. `release` removes the file, if it is still ours; calling it again does nothing. */
export interface Lock {
  release(): void;
}

/** The lock, or who holds it (undefined where the lock file cannot be read). */
export type LockResult = { lock: Lock } | { holder: LockFile | undefined };

/**
 * Tries, without waiting, to hold the lock file at `path` for work on the run in `folder`. Throws the Node error where the
 * file cannot be made.
 *
 * A lock is stale when its holder is gone from this host, when its file has been unreadable for 60 s, or when its holder is
 * on another host and both the lock and the `heartbeat` beside it are older than 60 s; without a heartbeat beside it a
 * holder elsewhere keeps it. A stale lock is taken over by the one process that holds the *claim* on it: a second lock,
 * named after the stale one's token. Only its holder may replace that stale lock, after looking again, and a token never
 * comes back; so of many racers exactly one wins, and none can sweep away the winner's fresh lock.
 */
export function tryLock(path: string, folder: string): LockResult {
  return acquire(path, { ...currentIdentity(), token: randomUUID(), folder }, 0);
}

/** A lock seen at a path: its file's age, and its holder where it could be read. */
interface Sighting {
  readonly holder: LockFile | undefined;
  readonly age: number;
}

/** The lock may be released between two looks; somebody else's constant coming and going must not hold us for ever. */
const MAX_LOOKS = 5;
/** A claim is stale only if its holder died within it, so two levels are already very rare. */
const MAX_CLAIMS = 3;

function acquire(path: string, mine: LockFile, claims: number): LockResult {
  let holder: LockFile | undefined;
  for (let look = 0; look < MAX_LOOKS; look++) {
    if (createExclusively(path, mine)) return { lock: lockAt(path, mine.token) };
    const seen = sight(path);
    if (seen === undefined) continue;
    holder = seen.holder;
    if (claims >= MAX_CLAIMS || !isStale(path, seen)) break;
    const result = takeOver(path, seen, mine, claims);
    if (result !== undefined) return result;
  }
  return { holder };
}

/** Replaces a stale lock by ours; undefined where it was no longer there once we held the claim on it. */
function takeOver(path: string, stale: Sighting, mine: LockFile, claims: number): LockResult | undefined {
  const claim = acquire(claimPath(path, stale), { ...mine, token: randomUUID() }, claims + 1);
  if ('holder' in claim) return claim;
  try {
    const seen = sight(path);
    if (seen === undefined || seen.holder?.token !== stale.holder?.token || !isStale(path, seen)) {
      return undefined;
    }
    replaceWith(path, mine);
    return { lock: lockAt(path, mine.token) };
  } finally {
    claim.lock.release();
  }
}

function isStale(path: string, { holder, age }: Sighting): boolean {
  if (holder === undefined) return age > SILENT_AFTER_SECONDS;
  const liveness = livenessOf(holder);
  if (liveness !== 'elsewhere') return liveness === 'gone';
  // A fresh lock beside an old heartbeat is a holder that has not come to its first beat yet.
  const silence = ageSeconds(join(dirname(path), 'heartbeat')) ?? 0;
  return Math.min(age, silence) > SILENT_AFTER_SECONDS;
}

function lockAt(path: string, token: string): Lock {
  return {
    release: () => {
      try {
        if (sight(path)?.holder?.token === token) rmSync(path, { force: true });
      } catch {
        // The folder went away or read-only: the lock is stale as soon as this process ends.
      }
    },
  };
}

/** What lies at `path`; undefined where nothing does. */
function sight(path: string): Sighting | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const age = (Date.now() - stats.mtimeMs) / 1_000;
  const read = readTextCapped(path, MAX_LOCK_BYTES);
  if (read === undefined || 'problem' in read) return { holder: undefined, age };
  const decoded = decodeFile(LockFileSchema, read.text);
  return { holder: 'value' in decoded ? decoded.value : undefined, age };
}

const MAX_LOCK_BYTES = 16_384;

/**
 * Makes the lock file, whole or not at all: link(2) of a written file fails if `path` exists, also on network file systems.
 * Returns false where somebody else's lock is there.
 */
function createExclusively(path: string, mine: LockFile): boolean {
  const temporary = writeTemporary(path, mine);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (NO_LINKS_HERE.includes(code)) return createWithoutLink(path, mine);
    if (code !== 'EEXIST') throw error;
    // A network file system may repeat a request whose answer was lost, and then trip over its own success.
    return sight(path)?.holder?.token === mine.token;
  } finally {
    rmSync(temporary, { force: true });
  }
}

const NO_LINKS_HERE: readonly string[] = [
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EISDIR',
  'EINVAL',
];

/** For file systems without hard links (exFAT, some network and FUSE ones). Readers may see it half written: unreadable, hence held. */
function createWithoutLink(path: string, mine: LockFile): boolean {
  try {
    writeFileSync(path, encodeJson(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Puts our lock in the place of what is there, without a moment in which nothing is. */
function replaceWith(path: string, mine: LockFile): void {
  const temporary = writeTemporary(path, mine);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeTemporary(path: string, mine: LockFile): string {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, encodeJson(mine), { flag: 'wx' });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/** Hashed, because a token is read from a file and must not name a path. */
function claimPath(path: string, stale: Sighting): string {
  const name = createHash('sha256')
    .update(stale.holder?.token ?? '')
    .digest('hex')
    .slice(0, 12);
  return `${path}.${name}.claim`;
}
