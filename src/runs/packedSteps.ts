import type { Chunk, Packer } from './series.ts';
import { STEP_COLUMNS, type StepPoint } from './stepPoint.ts';

/**
 * Steps in 80 bytes each instead of some 270: ten runs of a hundred thousand steps are held at once, by a host that other
 * extensions share. Times are kept to the millisecond.
 */
export class PackedSteps implements Chunk<StepPoint> {
  /** Row after row, each in the order of STEP_COLUMNS. */
  readonly values: Float64Array;

  constructor(points: readonly StepPoint[]) {
    this.values = new Float64Array(points.length * STEP_COLUMNS.length);
    let at = 0;
    for (const point of points)
      for (const column of STEP_COLUMNS)
        this.values[at++] = column === 'time' ? Date.parse(point.time) : point[column];
  }

  at(index: number): StepPoint | undefined {
    const row = index * STEP_COLUMNS.length;
    if (row < 0 || row >= this.values.length) return undefined;
    const value = (column: number): number => this.values[row + column] ?? NaN;
    return {
      step: value(0),
      time: isoTime(value(1)),
      epoch: value(2),
      loss: value(3),
      ce_loss: value(4),
      kd_loss: value(5),
      learning_rate: value(6),
      grad_norm: value(7),
      tokens_per_second: value(8),
      memory_bytes: value(9),
    };
  }
}

export const stepPacker: Packer<StepPoint> = { pack: (points) => new PackedSteps(points) };

/** A date that no calendar has (30 February) is packed as NaN; it must not end the fold. */
function isoTime(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString() : '';
}
