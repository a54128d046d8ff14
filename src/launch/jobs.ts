import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SILENT_AFTER_SECONDS } from '../folder/heartbeat.ts';
import { runPaths } from '../folder/layout.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { resolveInside } from '../folder/contain.ts';
import { foldRun } from '../runs/foldText.ts';
import { createRun, JOBS, type NewRun } from './createRun.ts';
import { livenessOfRun } from './runReader.ts';
import type { Followed } from './watchRun.ts';

export type NewJob = Required<Pick<NewRun, 'root' | 'config' | 'versions' | 'job'>>;

/**
 * Makes the folder of a job (.holdfast/jobs/...): the same as a run's, in another place. Whoever makes it removes it when it
 * has ended well; what failed stays to be looked at. Sweeps what others have left. Rejects as createRun does.
 */
export async function createJob(job: NewJob): Promise<{ id: string; folder: string }> {
  sweepJobs(job.root);
  return createRun({ ...job, origins: {}, configFile: null });
}

/** Removes a job's folder; its engine must have ended. What cannot be removed is left to a later sweep. */
export function removeJob(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // On Windows a virus scanner may still be looking at it.
  }
}

/** How a job that did not do its work ended, in one sentence. */
export function jobProblem({ state, status }: Followed, folder: string): string {
  if (state.problem !== undefined) return state.problem;
  if (state.final?.type === 'failed') return state.final.message;
  if (state.final?.type === 'stopped')
    return `Stopped (${state.final.reason}): give the command again to begin anew.`;
  return status === 'lost'
    ? `The engine is gone without a last word (killed, or out of memory): see ${folder}/engine.log, and give the command again.`
    : `No longer watching; the engine is ${status} in ${folder}.`;
}

/** What failed is kept so long. */
const KEPT_SECONDS = 7 * 24 * 3_600;
const MAX_EVENTS_BYTES = 16 * 1024 ** 2;

/** Removes the folders of jobs whose makers were killed: ended well and silent for a minute, or a week old. */
function sweepJobs(root: string): void {
  const jobs = join(root, JOBS);
  for (const id of folderNames(jobs)) {
    const folder = resolveInside(jobs, id);
    if (folder !== undefined && isAbandoned(folder)) removeJob(folder);
  }
}

function isAbandoned(folder: string): boolean {
  const { process, heartbeat_age_seconds: silence, run_age_seconds: age } = livenessOfRun(folder);
  if (process === 'alive') return false;
  if ((silence ?? Infinity) > KEPT_SECONDS && (age ?? 0) > KEPT_SECONDS) return true;
  // A maker that is still there reads what its job has left within a second.
  return process === 'gone' && (silence ?? 0) > SILENT_AFTER_SECONDS && hasEndedWell(folder);
}

function hasEndedWell(folder: string): boolean {
  const read = readTextCapped(runPaths(folder).events, MAX_EVENTS_BYTES);
  if (read === undefined || 'problem' in read) return false;
  const { status } = foldRun(read.text);
  return status === 'finished' || status === 'stopped';
}

function folderNames(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
