/** One measured number: `value` for machines, `text` with its unit and spread for people. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly text: string;
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

/** Wall-clock milliseconds of an action. */
export function milliseconds(action: () => void): number {
  const began = performance.now();
  action();
  return performance.now() - began;
}
