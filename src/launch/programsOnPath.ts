import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Files on PATH that are called so, in the order of `names`, then of PATH. Absolute entries only: `.` would run whatever the opened
 * project ships.
 */
export function programsOnPath(names: readonly string[], path = process.env.PATH ?? ''): string[] {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const folders = path.split(delimiter).filter(isAbsolute);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name + ending)))
    .filter((file) => existsSync(file));
}
