import { mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { holdfastHome } from '../folder/deviceLock.ts';
import { errorCode } from '../folder/errorCode.ts';
import { fileProblem } from './fileProblem.ts';

/**
 * The `.holdfast` folder that keeps the runs of a config: the one in the nearest ancestor that has one, else in the workspace
 * folder, else beside the config. Made, with a `.gitignore` that hides it, if it is not there yet.
 */
export function holdfastFolderFor(configPath: string, workspaceFolder?: string): string {
  const found = nearestHoldfastFolder(dirname(resolve(configPath)));
  if (found !== undefined) return found;
  const folder = join(resolve(workspaceFolder ?? dirname(configPath)), '.holdfast');
  try {
    mkdirSync(folder, { recursive: true });
    hideFromGit(folder);
  } catch (error) {
    throw fileProblem('create', folder, error);
  }
  return folder;
}

/** The `.holdfast` folder of `from` or its nearest ancestor that has one; undefined if none has. Makes nothing. */
export function nearestHoldfastFolder(from: string): string | undefined {
  const candidate = join(from, '.holdfast');
  // ~/.holdfast is the user's own (device locks, caches): a project below the home folder must not move in there by accident.
  if (isFolder(candidate) && !isSame(candidate, holdfastHome())) return candidate;
  const parent = dirname(from);
  return parent === from ? undefined : nearestHoldfastFolder(parent);
}

function hideFromGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isSame(path: string, other: string): boolean {
  try {
    return realpathSync.native(path) === realpathSync.native(other);
  } catch {
    return false;
  }
}
