import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { resolveInside } from '../folder/contain.ts';
import { errorCode } from '../folder/errorCode.ts';
import type { RunFile } from '../protocol/runFiles.ts';
import { fileProblem } from './fileProblem.ts';
import { readRunFile } from './runReader.ts';

/** A run in a `.holdfast` folder: what was asked, or one sentence saying why that cannot be told. `id` is the folder's name. */
export type RunEntry = { id: string; folder: string } & ({ run: RunFile } | { problem: string });

/** All runs of a `.holdfast` folder, oldest first, the broken ones among them. Throws one sentence where it cannot be read. */
export function listRuns(root: string): RunEntry[] {
  return folderNames(join(root, 'runs'))
    .sort()
    .map((id) => readEntry(join(root, 'runs'), id));
}

function readEntry(runs: string, id: string): RunEntry {
  const folder = join(runs, id);
  if (resolveInside(runs, id) === undefined) {
    return {
      id,
      folder,
      problem: `The run ${folder} is a link that leads out of its folder; remove the link.`,
    };
  }
  const read = readRunFile(folder);
  return 'problem' in read ? { id, folder, problem: read.problem } : { id, folder, run: read.value };
}

/** Names with a leading dot are runs still being made (createRun). */
function folderNames(runs: string): string[] {
  const isRun = (item: Dirent): boolean =>
    !item.name.startsWith('.') && (item.isDirectory() || item.isSymbolicLink());
  try {
    return readdirSync(runs, { withFileTypes: true })
      .filter(isRun)
      .map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem('list the runs in', runs, error);
  }
}
