/**
 * An exponential moving average that is fed piece by piece: the past weighs `keep` (0 <= keep < 1), without the bias towards the
 * start (Kingma and Ba 2015, section 3). NaN and infinities are gaps, and change nothing after them.
 */
export class MovingAverage {
  private sum = 0;
  private weight = 0;

  constructor(private readonly keep: number) {}

  /** The averages at the next values. */
  next(values: ArrayLike<number>): Float64Array {
    const smoothed = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) smoothed[index] = this.step(values[index] ?? NaN);
    return smoothed;
  }

  private step(value: number): number {
    if (!Number.isFinite(value)) return NaN;
    this.sum = this.keep * this.sum + (1 - this.keep) * value;
    this.weight = this.keep * this.weight + (1 - this.keep);
    return this.sum / this.weight;
  }
}
