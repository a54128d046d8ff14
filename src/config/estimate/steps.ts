import type { RunConfig } from '../../protocol/runConfig.ts';

/** How long a run is and how often it stops to do something else, as the engines count (their run/plan). */
export interface StepsEstimate {
  /** Rows of one optimizer step: over micro-batches and processes. */
  readonly effectiveBatchSize: number;
  readonly stepsPerEpoch: number;
  /** Optimizer steps of the run proper. */
  readonly steps: number;
  /** Of the warm-up that a snapshot teacher is taken after; 0 where there is none, undefined where nobody knows yet how many rows it has. */
  readonly snapshotSteps: number | undefined;
  /** Passes over the training rows. */
  readonly epochs: number;
  /** Steps between two evaluations; undefined where none is due between start and end. */
  readonly evaluateEvery: number | undefined;
  /** Evaluations of the whole run: one at the start, one after the warm-up, those in between, and the last, which decodes. */
  readonly evaluations: number;
  /** Steps between two checkpoints; undefined where none is due before the end. */
  readonly saveEvery: number | undefined;
  /** Most checkpoints that lie on the disk at one time. */
  readonly checkpoints: number;
}

/** Rows of the data files; a run leaves out those that it cannot read or word. */
export interface RowCounts {
  /** Of one epoch, weights of the files counted in. */
  readonly perEpoch: number;
  /** Every row once. */
  readonly distinct: number;
  /** Those that the base model knows; undefined where it was not asked yet. */
  readonly known?: number | undefined;
}

/** A teacher that has seen the answer format only a few times would teach the wrong one (DESIGN 5). */
export const LEAST_SNAPSHOT_STEPS = 20;

/** Rows that an epoch takes of a file: whole passes, and a sample of the rest (`weight` 2.5: twice all, once half of them). */
export function rowsPerEpoch(rows: number, weight: number): number {
  const whole = Math.floor(weight);
  return whole * rows + Math.round((weight - whole) * rows);
}

/** Steps, evaluations and checkpoints of a run of `config` over so many rows. */
export function estimateSteps(config: RunConfig, rows: RowCounts): StepsEstimate {
  const effectiveBatchSize =
    config.per_device_train_batch_size * config.gradient_accumulation_steps * processesOf(config);
  const stepsPerEpoch = stepsOver(rows.perEpoch, effectiveBatchSize);
  const steps =
    config.max_steps > 0 ? config.max_steps : Math.max(1, Math.ceil(config.num_train_epochs * stepsPerEpoch));
  const snapshotSteps = warmUpSteps(config, rows, effectiveBatchSize);
  const every = (strategy: string, interval: number): number | undefined => {
    if (strategy === 'steps') return Math.max(1, stepsOrShare(interval, steps));
    return strategy === 'epoch' ? stepsPerEpoch : undefined;
  };
  const evaluateEvery = within(every(config.eval_strategy, config.eval_steps), steps);
  const saveEvery = within(every(config.save_strategy, config.save_steps), steps);
  const between = countUpTo(evaluateEvery, steps);
  const hasWarmUp = config.self_distill?.teacher === 'snapshot';
  const saved = config.save_strategy === 'best' ? between : countUpTo(saveEvery, steps);
  return {
    effectiveBatchSize,
    stepsPerEpoch,
    steps,
    snapshotSteps,
    epochs: steps / stepsPerEpoch,
    evaluateEvery,
    evaluations: 2 + between + (hasWarmUp ? 1 : 0),
    saveEvery,
    checkpoints: Math.min(saved + 1, config.save_total_limit + 1),
  };
}

/** Processes that share a step's rows. */
export function processesOf({ launch }: Pick<RunConfig, 'launch'>): number {
  return launch === undefined ? 1 : launch.nproc_per_node * launch.nnodes;
}

/** Hugging Face's convention for warmup_steps, eval_steps and save_steps: below 1 it is a share of all steps. */
export function stepsOrShare(value: number, steps: number): number {
  return value < 1 ? Math.ceil(value * steps) : Math.round(value);
}

function stepsOver(rows: number, rowsPerStep: number): number {
  return Math.max(1, Math.ceil(rows / rowsPerStep));
}

function warmUpSteps(config: RunConfig, rows: RowCounts, rowsPerStep: number): number | undefined {
  const distill = config.self_distill;
  if (distill?.teacher !== 'snapshot') return 0;
  const count = distill.snapshot_data === 'all' ? rows.distinct : rows.known;
  if (count === undefined) return undefined;
  return Math.max(LEAST_SNAPSHOT_STEPS, Math.ceil(distill.snapshot_epochs * stepsOver(count, rowsPerStep)));
}

function within(interval: number | undefined, steps: number): number | undefined {
  return interval !== undefined && interval < steps ? interval : undefined;
}

/** Multiples of `interval` before the last step, at which something is due anyway. */
function countUpTo(interval: number | undefined, steps: number): number {
  return interval === undefined ? 0 : Math.floor((steps - 1) / interval);
}
