/** One measured number: `value` for machines, `text` with its unit and spread for people. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly p95?: number;
  /** What was to be reached, in words. */
  readonly limit?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Median with minimum, maximum and n: machines are shared, so spread is part of the result. */
export function spread(
  name: string,
  values: readonly number[],
  unit: string,
  digits: number,
  limit?: string,
): Figure {
  const value = median(values);
  const text = `${value.toFixed(digits)} ${unit}  [${Math.min(...values).toFixed(digits)} - ${Math.max(...values).toFixed(digits)}, n ${values.length}]`;
  return { name, value, text, ...(limit === undefined ? {} : { limit }) };
}

/** The value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Median with the 95th percentile, maximum and n: what a user waits for is judged by its slow cases too. */
export function waits(
  name: string,
  values: readonly number[],
  digits: number,
  limit?: string,
  unit = 'ms',
): Figure {
  const value = median(values);
  const p95 = percentile(values, 0.95);
  const text = `${value.toFixed(digits)} ${unit}  [p95 ${p95.toFixed(digits)}, most ${Math.max(...values).toFixed(digits)}, n ${values.length}]`;
  return { name, value, text, p95, ...(limit === undefined ? {} : { limit }) };
}

/** Wall-clock milliseconds of an action. */
export function milliseconds(action: () => void): number {
  const began = performance.now();
  action();
  return performance.now() - began;
}
