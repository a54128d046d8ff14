import type { RunFile } from '../protocol/runFiles.ts';
import { methodLabel } from './methodLabel.ts';
import type { RunState } from './runState.ts';
import { lastItems, toArray } from './series.ts';
import { median, stepSeconds } from './stepTimes.ts';

/** How fast a run was, and what makes another one as fast. */
export interface RunSpeed {
  readonly model: string;
  readonly method: string;
  readonly engine: string;
  readonly per_device_train_batch_size: number;
  readonly gradient_accumulation_steps: number;
  /** Median over its last steps. */
  readonly seconds_per_step: number;
  /** When it was made, ISO 8601 UTC. */
  readonly time: string;
}

/** Fewer steps tell nothing: the first ones are slow. */
const LEAST_STEPS = 6;
const LAST_STEPS = 200;

/** undefined where a run has not come far enough to tell. */
export function speedOf(file: RunFile | undefined, state: RunState): RunSpeed | undefined {
  if (file === undefined || state.steps.length < LEAST_STEPS) return undefined;
  const seconds = median(stepSeconds(lastItems(state.steps, LAST_STEPS), toArray(state.evaluations)));
  if (seconds === undefined) return undefined;
  const { config, created } = file;
  return {
    model: config.model_name_or_path,
    method: methodLabel(config),
    engine: config.engine === 'torch' ? 'torch' : 'tfjs',
    per_device_train_batch_size: config.per_device_train_batch_size,
    gradient_accumulation_steps: config.gradient_accumulation_steps,
    seconds_per_step: seconds,
    time: created,
  };
}
