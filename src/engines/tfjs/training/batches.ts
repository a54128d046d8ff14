import { createRandom, shuffled } from '../../../base/random.ts';
import { countedTokens, IGNORE_INDEX, type EncodedRow } from '../../../data/encode.ts';
import type { TokenBatch } from '../model/model.ts';

/** Rows of one forward pass, padded on the right to the longest; row-major [rows, time]. */
export interface MicroBatch extends TokenBatch {
  /** IGNORE_INDEX where a token does not count. */
  readonly labels: Int32Array;
  /** The rows as they were encoded, in order. */
  readonly source: readonly EncodedRow[];
  /** Tokens that are not padding. */
  readonly tokens: number;
  readonly ceTokens: number;
}

/** Pads rows on the right with `padId`, which no loss counts. */
export function padRows(rows: readonly EncodedRow[], padId: number): MicroBatch {
  const time = rows.reduce((longest, row) => Math.max(longest, row.input_ids.length), 1);
  const ids = new Int32Array(rows.length * time).fill(padId);
  const labels = new Int32Array(rows.length * time).fill(IGNORE_INDEX);
  for (const [index, row] of rows.entries()) {
    ids.set(row.input_ids, index * time);
    labels.set(row.labels, index * time);
  }
  const tokens = rows.reduce((sum, row) => sum + row.input_ids.length, 0);
  return {
    ids,
    labels,
    rows: rows.length,
    time,
    source: rows,
    tokens,
    ceTokens: rows.reduce((sum, row) => sum + countedTokens(row), 0),
  };
}

/** How rows become steps. */
export interface BatchPlan {
  readonly batchSize: number;
  readonly accumulation: number;
  readonly groupByLength: boolean;
  readonly seed: number;
  /** Which of the seed's random orders; default 'order'. The warm-up has one of its own. */
  readonly stream?: 'order' | 'snapshot';
}

export function stepsPerEpoch(rowCount: number, plan: BatchPlan): number {
  return Math.max(1, Math.ceil(rowCount / (plan.batchSize * plan.accumulation)));
}

/**
 * The row groups of one epoch: per step, per micro-batch, row indices. A function of (plan, epoch) alone, so that a resumed
 * run meets the same rows in the same order. With `groupByLength`, rows are shuffled, cut into windows of 50 micro-batches,
 * sorted by length inside each window and dealt out in random order (as Hugging Face's group_by_length).
 */
export function epochOrder(lengths: readonly number[], plan: BatchPlan, epoch: number): number[][][] {
  const random = createRandom(plan.seed, plan.stream ?? 'order', epoch);
  const order = shuffled([...lengths.keys()], random);
  const micro = plan.groupByLength
    ? shuffled(groupedByLength(order, lengths, plan.batchSize), random)
    : chunks(order, plan.batchSize);
  // A short micro-batch (the epoch's rest) goes last, wherever the shuffle put it.
  micro.sort((a, b) => Number(a.length < plan.batchSize) - Number(b.length < plan.batchSize));
  return chunks(micro, plan.accumulation);
}

/** Share of the padded grid that is padding, over one epoch. */
export function paddingShare(
  lengths: readonly number[],
  order: readonly (readonly (readonly number[])[])[],
): number {
  let cells = 0;
  let tokens = 0;
  for (const rows of order.flat()) {
    const rowLengths = rows.map((row) => lengths[row] ?? 0);
    cells += rowLengths.length * Math.max(...rowLengths);
    tokens += rowLengths.reduce((sum, length) => sum + length, 0);
  }
  return cells === 0 ? 0 : 1 - tokens / cells;
}

function groupedByLength(
  order: readonly number[],
  lengths: readonly number[],
  batchSize: number,
): number[][] {
  const windows = chunks(order, batchSize * 50);
  return windows.flatMap((window) =>
    chunks(
      [...window].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0)),
      batchSize,
    ),
  );
}

export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

/** One training file's rows among all rows, and how often they appear per epoch. */
export interface RowGroup {
  readonly start: number;
  readonly count: number;
  readonly weight: number;
}

/** Rows of one epoch: every group `floor(weight)` times, and the rest as a sample that changes with the epoch. */
export function rowsOfEpoch(groups: readonly RowGroup[], seed: number, epoch: number): number[] {
  return groups.flatMap((group, index) => {
    const rows = Array.from({ length: group.count }, (_, offset) => group.start + offset);
    const whole = Math.floor(group.weight);
    const sampled = Math.round((group.weight - whole) * group.count);
    const rest =
      sampled === 0 ? [] : shuffled(rows, createRandom(seed, 'weight', epoch, index)).slice(0, sampled);
    return [...Array.from({ length: whole }, () => rows).flat(), ...rest];
  });
}
