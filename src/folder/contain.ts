import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, posix, relative as relativeTo, resolve, sep, win32 } from 'node:path';

/**
 * The real path of `relative` in `folder`, only if it stays there after every link is resolved; it need not exist yet.
 * undefined for absolute paths, `..`, NUL, links that lead out or nowhere, the folder itself, and a folder that is not there.
 */
export function resolveInside(folder: string, relative: string): string | undefined {
  if (!isPlainRelative(relative)) return undefined;
  try {
    const root = realpathSync.native(folder);
    const real = realPathOf(resolve(root, relative));
    return isWithin(root, real) ? real : undefined;
  } catch {
    // No such folder, a loop of links, a file used as a folder, no permission to look: not provably inside.
    return undefined;
  }
}

/** Resolves the deepest ancestor that exists and appends the rest. A dangling link throws: writing to it would create its target. */
function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync.native(path);
  const parent = dirname(path);
  return resolve(realPathOf(parent), relativeTo(parent, path));
}

function isPlainRelative(path: string): boolean {
  if (path.includes('\0') || posix.isAbsolute(path) || win32.isAbsolute(path)) return false;
  return !path.split(/[/\\]/).includes('..');
}

function isWithin(root: string, path: string): boolean {
  const way = relativeTo(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
