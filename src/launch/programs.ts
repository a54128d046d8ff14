import { existsSync, readdirSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileProblem } from './fileProblem.ts';

/** The programs and files of Holdfast that runs depend on, in a place that outlives the extension. */
export interface Programs {
  readonly folder: string;
  /** The command line, as a JavaScript file for Node. */
  readonly cli: string;
  readonly tfjsEngine: string;
  /** The folder that the Python package of the torch engine lies in. */
  readonly torchEngine: string;
  readonly generalKnowledge: string;
  /** The small model and the facts that ship with Holdfast. */
  readonly lab: string;
}

/** Written by the build: changes with anything that is copied. */
export const BUILD_ID_FILE = 'dist/build-id';
/** What is copied, from the extension's folder; also what the extension ships for it (scripts/package.mjs). */
export const PROGRAM_FILES = [
  'dist/cli.js',
  'dist/package.json',
  'dist/engines',
  'data',
  'examples/lab',
] as const;

/**
 * A copy of the programs in `storage`, made once per build. An upgrade of the extension deletes its old folder while a run may
 * be using it, and a resumed run must find its probe sets again: so runs use this copy. Rejects with one sentence where it cannot
 * be made.
 * @param from the extension's folder
 */
export async function ensurePrograms(from: string, storage: string): Promise<Programs> {
  const folders = join(storage, 'programs');
  try {
    const id = (await readFile(join(from, BUILD_ID_FILE), 'utf8')).trim();
    const folder = join(folders, id);
    if (existsSync(folder)) await utimes(folder, new Date(), new Date());
    else await copyPrograms(from, folder);
    await removeOld(folders, id);
    return programsIn(folder);
  } catch (error) {
    throw fileProblem('copy the engine to', folders, error);
  }
}

function programsIn(folder: string): Programs {
  return {
    folder,
    cli: join(folder, 'dist/cli.js'),
    tfjsEngine: join(folder, 'dist/engines/tfjs/main.js'),
    torchEngine: join(folder, 'dist/engines/torch'),
    generalKnowledge: join(folder, 'data/general-knowledge/general-knowledge.jsonl'),
    lab: join(folder, 'examples/lab'),
  };
}

/** Whole or not at all, also where two windows do it at once. */
async function copyPrograms(from: string, folder: string): Promise<void> {
  const draft = `${folder}.${randomUUID()}.tmp`;
  try {
    for (const name of PROGRAM_FILES) {
      if (!existsSync(join(from, name))) continue;
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await cp(join(from, name), join(draft, name), { recursive: true });
    }
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

const KEPT_DAYS = 60;

/** Copies that no run has been started from for long: none that is going on can still need them. */
async function removeOld(folders: string, current: string): Promise<void> {
  const isOld = (name: string): boolean => {
    // Another window's draft may go while it is looked at.
    const found = statSync(join(folders, name), { throwIfNoEntry: false });
    return found !== undefined && name !== current && Date.now() - found.mtimeMs > KEPT_DAYS * 86_400_000;
  };
  for (const name of readdirSync(folders).filter(isOld))
    await rm(join(folders, name), { recursive: true, force: true });
}
