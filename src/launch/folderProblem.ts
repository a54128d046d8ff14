import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { resolveInside } from '../folder/contain.ts';
import { runPaths } from '../folder/layout.ts';

/**
 * Whether it is safe to let an engine write into a run folder, which may have come with somebody's repository: everything it
 * will write to must lie in the folder, as a plain file or folder. Returns undefined if so, else one sentence.
 */
export function folderProblem(folder: string): string | undefined {
  const parts = Object.values<string>({ ...runPaths(folder) }).filter((path) => path !== folder);
  const bad = parts.find((path) => !isPlain(folder, basename(path)));
  if (bad === undefined) return undefined;
  return `The run folder ${folder} is not safe to use: ${basename(bad)} is a link out of it or no plain file; remove it, or start a new run.`;
}

function isPlain(folder: string, name: string): boolean {
  const path = resolveInside(folder, name);
  if (path === undefined) return false;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile() || stats.isDirectory();
}
