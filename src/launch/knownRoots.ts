import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { holdfastHome } from '../folder/deviceLock.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { encodeJson } from '../protocol/numbers.ts';
import { parseCapped } from '../protocol/limits.ts';
import { namesIn } from '../folder/namesIn.ts';

/**
 * Where this user's runs lie: every `.holdfast` folder that a run was made in leaves a line here, so that an editor sees at once
 * what a terminal starts, in whatever folder, without searching the disk.
 */
export function knownRootsFolder(): string {
  return join(holdfastHome(), 'roots');
}

/** Remembers a `.holdfast` folder. Only comfort depends on it, so it never throws. */
export function rememberRoot(root: string): void {
  const path = entryOf(root);
  if (existsSync(path)) return;
  try {
    mkdirSync(knownRootsFolder(), { recursive: true, mode: 0o700 });
    writeAtomically(path, `${encodeJson({ root })}\n`);
  } catch {
    // A full or read-only home folder: the runs are found all the same where they are looked for.
  }
}

/** The remembered `.holdfast` folders that are still there; entries of others are removed. */
export function knownRoots(): string[] {
  const names = namesIn(knownRootsFolder()).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) => {
    const path = join(knownRootsFolder(), name);
    const root = rootIn(path);
    if (root !== undefined && existsSync(root)) return [root];
    if (name.endsWith('.json')) rmSync(path, { force: true });
    return [];
  });
}

function rootIn(path: string): string | undefined {
  const read = readTextCapped(path, 10_000);
  if (read === undefined || 'problem' in read) return undefined;
  const parsed = parseCapped(read.text);
  if (!('value' in parsed) || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  return 'root' in parsed.value && typeof parsed.value.root === 'string' ? parsed.value.root : undefined;
}

function entryOf(root: string): string {
  return join(knownRootsFolder(), `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.json`);
}
