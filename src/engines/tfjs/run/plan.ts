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

/** How long a run is and what happens when. */
export interface RunPlan {
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  epochOf(step: number): number;
  /** The micro-batches of a step, counted from 1. */
  batchesOf(step: number): readonly MicroBatch[];
  evaluatesAt(step: number): boolean;
  savesAt(step: number): boolean;
}

export function planRun(
  config: RunConfig,
  rows: readonly EncodedRow[],
  groups: readonly RowGroup[],
  padId: number,
): RunPlan {
  const batches: BatchPlan = {
    batchSize: config.per_device_train_batch_size,
    accumulation: config.gradient_accumulation_steps,
    groupByLength: config.group_by_length,
    seed: config.data_seed ?? config.seed,
  };
  const perEpoch = stepsPerEpoch(rowsOfEpoch(groups, batches.seed, 0).length, batches);
  const totalSteps =
    config.max_steps > 0 ? config.max_steps : Math.max(1, Math.ceil(config.num_train_epochs * perEpoch));
  const every = (strategy: string, steps: number): ((step: number) => boolean) => {
    if (strategy === 'steps') return isMultipleOf(Math.max(1, stepsOrShare(steps, totalSteps)));
    return strategy === 'epoch' ? isMultipleOf(perEpoch) : () => false;
  };
  return {
    totalSteps,
    stepsPerEpoch: perEpoch,
    epochOf: (step) => step / perEpoch,
    batchesOf: createBatches(rows, groups, batches, perEpoch, padId),
    evaluatesAt: every(config.eval_strategy, config.eval_steps),
    savesAt: every(config.save_strategy, config.save_steps),
  };
}

function isMultipleOf(interval: number): (step: number) => boolean {
  return (step) => step % interval === 0;
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
