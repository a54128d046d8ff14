import { SILENT_AFTER_SECONDS } from '../folder/heartbeat.ts';
import type { EngineName } from './chooseEngine.ts';
import { engineOf } from './readyConfig.ts';
import { livenessOfRun, readRunFile } from './runReader.ts';
import { startEngine, type StartedEngine, type StartOptions } from './startEngine.ts';

export interface ResumeOptions extends StartOptions {
  /** The run's state as the events tell it (DESIGN 2): `finished` is final. */
  readonly status: string;
}

/**
 * Starts a new engine in the folder of a run that stopped, failed or was lost; it goes on from the last checkpoint. The
 * folder is checked anew, whoever showed it before. Rejects with one sentence where it may not or cannot be resumed.
 */
export async function resumeRun(options: ResumeOptions): Promise<StartedEngine> {
  const problem = resumeProblem(options.folder, options.status);
  if (problem !== undefined) throw new Error(problem);
  return startEngine(options);
}

/** The engine that has to go on with a run: the one that began it. Throws one sentence where its run.json cannot be read. */
export function engineOfRun(folder: string): EngineName {
  const run = readRunFile(folder);
  if ('problem' in run) throw new Error(run.problem);
  return engineOf(run.value.config);
}

/** Why a run cannot be resumed, as one sentence; undefined if it can. */
export function resumeProblem(folder: string, status: string): string | undefined {
  const run = readRunFile(folder);
  if ('problem' in run) return run.problem;
  const { id } = run.value;
  if (status === 'finished') return `Run ${id} is finished; start a new run to train on.`;
  const liveness = livenessOfRun(folder);
  if (liveness.process === 'alive') return `Run ${id} is still running; stop it before resuming it.`;
  const silence = liveness.heartbeat_age_seconds ?? Infinity;
  if (liveness.process === 'elsewhere' && silence <= SILENT_AFTER_SECONDS) {
    return `Run ${id} is still running on another machine; stop it there before resuming it here.`;
  }
  return undefined;
}
