import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SILENT_AFTER_SECONDS } from '../folder/heartbeat.ts';
import { fileProblem } from './fileProblem.ts';
import { livenessOfRun } from './runReader.ts';
import { namesIn } from '../folder/namesIn.ts';

/** Beside runs/ in a `.holdfast` folder: runs that were deleted, for as long as somebody may want them back. */
const TRASH = 'trash';
const KEPT_DAYS = 30;

/**
 * Moves a run's folder (`<root>/runs/<id>`) to the trash beside runs/, and removes for good what has lain there for a month.
 * Returns where it lies now, for restoreRun. Throws one sentence where the run is still going on, or the folder cannot be moved.
 */
export function trashRun(folder: string): string {
  const id = basename(folder);
  const { process, heartbeat_age_seconds: silence } = livenessOfRun(folder);
  const isElsewhere = process === 'elsewhere' && (silence ?? Infinity) <= SILENT_AFTER_SECONDS;
  if (process === 'alive' || isElsewhere)
    throw new Error(`Run ${id} is still running: stop it before you delete it.`);
  const trash = join(dirname(dirname(folder)), TRASH);
  try {
    mkdirSync(trash, { recursive: true });
    const place = freePlace(trash, id);
    renameSync(folder, place);
    emptyTrash(dirname(dirname(folder)));
    return place;
  } catch (error) {
    throw fileProblem('delete', folder, error);
  }
}

/** Puts a run that trashRun moved back where it was. Throws one sentence where it cannot. */
export function restoreRun(trashed: string, folder: string): void {
  if (existsSync(folder))
    throw new Error(`Cannot restore ${folder}: a run of that name is there again; rename it first.`);
  try {
    renameSync(trashed, folder);
  } catch (error) {
    throw fileProblem('restore', folder, error);
  }
}

/** Removes for good what has lain in a `.holdfast` folder's trash for a month. Never throws. */
export function emptyTrash(root: string, now = Date.now()): void {
  const trash = join(root, TRASH);
  for (const name of namesIn(trash)) {
    try {
      // Moving a folder does not touch its modification time, but it changes its inode.
      const { ctimeMs } = statSync(join(trash, name));
      if (now - ctimeMs > KEPT_DAYS * 86_400_000) rmSync(join(trash, name), { recursive: true, force: true });
    } catch {
      // In use, or somebody else was faster: the next time will do.
    }
  }
}

/** The same run may have been deleted, restored as a copy, and deleted again. */
function freePlace(trash: string, id: string): string {
  for (let copy = 1; ; copy++) {
    const place = join(trash, copy === 1 ? id : `${id}.${copy}`);
    if (!existsSync(place)) return place;
  }
}
