import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readTextCapped } from '../folder/readCapped.ts';
import { runPaths } from '../folder/layout.ts';
import { nearestHoldfastFolder } from '../launch/findRoot.ts';
import { listRuns, type RunEntry } from '../launch/findRuns.ts';
import { livenessOfRun } from '../launch/runReader.ts';
import { foldRun } from '../runs/foldText.ts';
import { liveStatus, type Status } from '../runs/liveStatus.ts';
import type { RunState } from '../runs/runState.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** A run as a command works with it. */
export interface FoundRun {
  readonly id: string;
  readonly folder: string;
}

/** Events of runs that this command line reads whole: 100 bytes each for five million of them. */
const MAX_EVENTS_BYTES = 512 * 1024 ** 2;

/**
 * The run a user means: a folder's path, `last`, or a beginning or end of an id that fits one run alone.
 * @param from folder from which `.holdfast` is looked for
 */
export function findRun(wanted: string, from: string): FoundRun {
  const folder = resolve(from, wanted);
  if (existsSync(join(folder, 'run.json'))) return { id: basename(folder), folder };
  const entries = runsAround(from);
  const last = entries.at(-1);
  if (wanted === 'last' && last !== undefined) return last;
  const fitting = entries.filter(({ id }) => id === wanted || id.startsWith(wanted) || id.endsWith(wanted));
  const [only, second] = fitting;
  if (only === undefined) throw new UserError(`No run is called ${wanted}: ${hint(entries)}`);
  if (second !== undefined) {
    throw new UserError(
      `${wanted} fits ${fitting.length} runs (${names(fitting.slice(-5))}): give more of the id.`,
    );
  }
  return only;
}

/** Runs of the nearest `.holdfast` at or above `from`. */
export function runsAround(from: string): RunEntry[] {
  const root = nearestHoldfastFolder(from);
  return root === undefined ? [] : listRuns(root);
}

/** What its events tell now, and its state with the process taken into account. */
export function readState(folder: string): { state: RunState; status: Status } {
  const read = readTextCapped(runPaths(folder).events, MAX_EVENTS_BYTES);
  if (read !== undefined && 'problem' in read)
    throw new UserError(`${runPaths(folder).events}: ${read.problem}`);
  const state = foldRun(read?.text ?? '');
  return { state, status: liveStatus(state, livenessOfRun(folder)) };
}

function hint(entries: readonly RunEntry[]): string {
  if (entries.length === 0)
    return 'there are no runs here yet; start one with "holdfast run FILE", or give a run folder’s path.';
  return `the newest are ${names(entries.slice(-3))}.`;
}

function names(entries: readonly RunEntry[]): string {
  return entries.map(({ id }) => printable(id)).join(', ');
}
