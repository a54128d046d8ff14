import { IGNORE_INDEX, type EncodedRow } from '../../../data/encode.ts';
import type { MicroBatch } from './batches.ts';

/** Flat indices into [rows * time] of positions that predict something, ascending. */
export type Positions = Int32Array;

/**
 * Where the cross-entropy counts: the positions that predict a labelled token, and those labels (position t predicts token
 * t + 1).
 */
export function labelledPositions(batch: MicroBatch): { positions: Positions; labels: Int32Array } {
  const positions: number[] = [];
  const labels: number[] = [];
  for (let row = 0; row < batch.rows; row++) {
    for (let t = 1; t < batch.time; t++) {
      const label = batch.labels[row * batch.time + t] ?? IGNORE_INDEX;
      if (label === IGNORE_INDEX) continue;
      positions.push(row * batch.time + t - 1);
      labels.push(label);
    }
  }
  return { positions: Int32Array.from(positions), labels: Int32Array.from(labels) };
}

/** Which positions of a row self-distillation counts. */
export type DistilledPositions = 'all' | 'completion';

/**
 * Where the student is held to its teacher (DESIGN 5): position t counts if token t + 1 is a real token of the same row
 * ('all') or one of its completion ('completion'). The same shift as that of the labels: the position before the first
 * answer token is the one that decides it.
 */
export function distilledPositions(batch: MicroBatch, which: DistilledPositions): Positions {
  const positions: number[] = [];
  for (const [index, row] of batch.source.entries())
    for (const t of distilledInRow(row, which)) positions.push(index * batch.time + t);
  return Int32Array.from(positions);
}

/** The positions of one row, counted from its first token. */
export function distilledInRow(row: EncodedRow, which: DistilledPositions): number[] {
  const predicting = Array.from({ length: Math.max(0, row.input_ids.length - 1) }, (_, t) => t);
  return which === 'all'
    ? predicting
    : predicting.filter((t) => t + 1 >= row.promptLength && row.labels[t + 1] !== IGNORE_INDEX);
}

/** Both sets together, ascending, and where each of the two stands in it. */
export function unite(first: Positions, second: Positions): Union {
  const all = Int32Array.from(new Set([...first, ...second])).sort();
  const at = new Map([...all].map((position, index) => [position, index]));
  const placesOf = (some: Positions): Int32Array => some.map((position) => at.get(position) ?? 0);
  return { all, first: placesOf(first), second: placesOf(second) };
}

export interface Union {
  readonly all: Positions;
  /** Indices into `all`. */
  readonly first: Int32Array;
  readonly second: Int32Array;
}
