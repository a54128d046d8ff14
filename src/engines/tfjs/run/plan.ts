import type { EncodedRow } from '../../../data/encode.ts';
import type { RunConfig } from '../../../protocol/runConfig.ts';
import {
  epochOrder,
  padRows,
  rowsOfEpoch,
  stepsPerEpoch,
  type BatchPlan,
  type MicroBatch,
  type RowGroup,
} from '../training/batches.ts';
import { stepsOrShare } from '../training/schedule.ts';

/** A stretch of training with one loss, one optimizer and one schedule. */
export interface PhasePlan {
  readonly name: 'snapshot' | 'main';
  /** Steps of the run before this phase. */
  readonly firstStep: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** The micro-batches of a step of this phase, counted from 1. */
  batchesOf(step: number): readonly MicroBatch[];
}

/** How long a run is and what happens when. Steps count from 1 over the whole run, the warm-up for the snapshot included. */
export interface RunPlan {
  /** The warm-up that the teacher is taken after. */
  readonly snapshot: PhasePlan | undefined;
  readonly main: PhasePlan;
  readonly snapshotSteps: number;
  readonly totalSteps: number;
  /** Passes over the training rows; 0 during the warm-up, which is no part of them. */
  epochOf(step: number): number;
  evaluatesAt(step: number): boolean;
  savesAt(step: number): boolean;
}

/** A teacher that has seen the answer format only a few times would teach the wrong one (DESIGN 5). */
const LEAST_SNAPSHOT_STEPS = 20;

/**
 * @param snapshotRows what the warm-up trains on; undefined: no warm-up
 */
export function planRun(
  config: RunConfig,
  rows: readonly EncodedRow[],
  groups: readonly RowGroup[],
  padId: number,
  snapshotRows?: readonly EncodedRow[],
): RunPlan {
  const batches: BatchPlan = {
    batchSize: config.per_device_train_batch_size,
    accumulation: config.gradient_accumulation_steps,
    groupByLength: config.group_by_length,
    seed: config.data_seed ?? config.seed,
  };
  const snapshot =
    snapshotRows === undefined
      ? undefined
      : planSnapshot(config, snapshotRows, { ...batches, stream: 'snapshot' }, padId);
  const snapshotSteps = snapshot?.steps ?? 0;
  const perEpoch = stepsPerEpoch(rowsOfEpoch(groups, batches.seed, 0).length, batches);
  const steps =
    config.max_steps > 0 ? config.max_steps : Math.max(1, Math.ceil(config.num_train_epochs * perEpoch));
  const every = (strategy: string, interval: number): ((step: number) => boolean) => {
    if (strategy === 'steps') return isMultipleOf(Math.max(1, stepsOrShare(interval, steps)), snapshotSteps);
    return strategy === 'epoch' ? isMultipleOf(perEpoch, snapshotSteps) : () => false;
  };
  return {
    snapshot,
    main: {
      name: 'main',
      firstStep: snapshotSteps,
      steps,
      stepsPerEpoch: perEpoch,
      batchesOf: createBatches(rows, groups, batches, perEpoch, padId),
    },
    snapshotSteps,
    totalSteps: snapshotSteps + steps,
    epochOf: (step) => Math.max(0, step - snapshotSteps) / perEpoch,
    evaluatesAt: every(config.eval_strategy, config.eval_steps),
    savesAt: every(config.save_strategy, config.save_steps),
  };
}

function planSnapshot(
  config: RunConfig,
  rows: readonly EncodedRow[],
  batches: BatchPlan,
  padId: number,
): PhasePlan {
  const groups = [{ start: 0, count: rows.length, weight: 1 }];
  const perEpoch = stepsPerEpoch(rows.length, batches);
  const epochs = config.self_distill?.snapshot_epochs ?? 1;
  return {
    name: 'snapshot',
    firstStep: 0,
    steps: Math.max(LEAST_SNAPSHOT_STEPS, Math.ceil(epochs * perEpoch)),
    stepsPerEpoch: perEpoch,
    batchesOf: createBatches(rows, groups, batches, perEpoch, padId),
  };
}

/** Counts from the end of the warm-up, in which nothing is due. */
function isMultipleOf(interval: number, snapshotSteps: number): (step: number) => boolean {
  return (step) => step > snapshotSteps && (step - snapshotSteps) % interval === 0;
}

/** Remembers the order of the epoch it was last asked for. */
function createBatches(
  rows: readonly EncodedRow[],
  groups: readonly RowGroup[],
  plan: BatchPlan,
  perEpoch: number,
  padId: number,
): (step: number) => readonly MicroBatch[] {
  let current: { epoch: number; order: number[][][]; chosen: readonly number[] } | undefined;
  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch);
    if (current?.epoch !== epoch) {
      const chosen = rowsOfEpoch(groups, plan.seed, epoch);
      const lengths = chosen.map((row) => rows[row]?.input_ids.length ?? 0);
      current = { epoch, chosen, order: epochOrder(lengths, plan, epoch) };
    }
    const { order, chosen } = current;
    const micro = order[(step - 1) % perEpoch] ?? [];
    return micro.map((indices) =>
      padRows(
        indices.map((index) => rows[chosen[index] ?? 0]).filter((row) => row !== undefined),
        padId,
      ),
    );
  };
}
