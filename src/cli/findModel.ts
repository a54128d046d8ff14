import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hubCache } from '../folder/hubCache.ts';
import { resolveInside } from '../folder/contain.ts';
import { checkpointName, runPaths } from '../folder/layout.ts';
import { checkpointSteps, isModelFolder } from '../launch/checkpoints.ts';
import { readRunFile } from '../launch/runReader.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { findRun, readState, type FoundRun } from './findRun.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** A model as a command works with it. */
export interface FoundModel {
  /** Absolute path of a folder in Hugging Face layout. */
  readonly folder: string;
  /** As it is called in messages. */
  readonly name: string;
  /** Settings of the run that made it; undefined for a folder. */
  readonly config: RunConfig | undefined;
}

/**
 * The model a user means: a model's folder, a model of the local Hugging Face cache, or a run (as findRun takes it), which stands for its best checkpoint, else its last.
 * @param step a run's checkpoint of that step instead
 */
export function findModel(wanted: string, from: string, step?: number): FoundModel {
  const folder = resolve(from, wanted);
  if (isModelFolder(folder)) {
    if (step === undefined) return { folder, name: wanted, config: undefined };
    throw new UserError(
      `${wanted} is a model’s folder, which has no checkpoint of step ${step}: give a run’s id with --checkpoint.`,
    );
  }
  const cached = existsSync(folder) ? undefined : hubCache().find(wanted);
  if (cached !== undefined) {
    if (step === undefined) return { folder: cached, name: wanted, config: undefined };
    throw new UserError(
      `${wanted} is a model of the Hugging Face cache, which has no checkpoint of step ${step}: give a run’s id with --checkpoint.`,
    );
  }
  if (existsSync(folder) ? !existsSync(runPaths(folder).runFile) : /[/\\]/.test(wanted))
    throw new UserError(
      `${wanted} is no model: give a folder in Hugging Face layout, with config.json, a run’s id, or the id of a model that lies in the Hugging Face cache ("hf download" puts it there).`,
    );
  return checkpointOf(runCalled(wanted, from), step);
}

/** The model a run started from; undefined where it has no weights, or is no longer there. */
export function baseOf({ config }: FoundModel): FoundModel | undefined {
  if (config === undefined || config.from_config) return undefined;
  const folder = config.model_name_or_path;
  return isModelFolder(folder) ? { folder, name: folder, config: undefined } : undefined;
}

function runCalled(wanted: string, from: string): FoundRun {
  try {
    return findRun(wanted, from);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${wanted} is no model’s folder; ${error.message.replace(/^No run/, 'no run')}`);
  }
}

function checkpointOf(run: FoundRun, wanted: number | undefined): FoundModel {
  const steps = checkpointSteps(run.folder);
  const last = steps.at(-1);
  const id = printable(run.id);
  if (last === undefined)
    throw new UserError(
      `Run ${id} has no checkpoint yet: ask for one with "holdfast save ${id}", or wait until it ends.`,
    );
  const best = readState(run.folder).state.bestStep;
  const step = wanted ?? (best !== undefined && steps.includes(best) ? best : last);
  const folder = resolveInside(run.folder, join('checkpoints', checkpointName(step)));
  if (folder === undefined || !steps.includes(step))
    throw new UserError(`Run ${id} has no checkpoint of step ${step}: it has ${steps.join(', ')}.`);
  const file = readRunFile(run.folder);
  if ('problem' in file) throw new UserError(file.problem);
  return { folder, name: `${id}, step ${step}`, config: file.value.config };
}
