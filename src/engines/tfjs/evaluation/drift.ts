import type { Trace } from './teacherForced.ts';

/** How far the model moved from the base on the held prompts. */
export interface Drift {
  /** By layer: mean of 1 - cos(h now, h before) at the last prompt token (paper section 5.2). */
  readonly layers: Record<string, number>;
  /** Mean KL(base || now) of the next token there, nats. */
  readonly klToBase: number | undefined;
}

/** Pairs traces by index; pairs with a missing side are left out. */
export function measureDrift(
  before: readonly (Trace | undefined)[],
  now: readonly (Trace | undefined)[],
): Drift {
  const sums = new Map<number, number>();
  let kl = 0;
  let count = 0;
  for (const [index, base] of before.entries()) {
    const current = now[index];
    if (base === undefined || current === undefined) continue;
    count++;
    kl += klDivergence(base.logProbabilities, current.logProbabilities);
    for (const [layer, hidden] of base.hidden) {
      const other = current.hidden.get(layer);
      if (other !== undefined) sums.set(layer, (sums.get(layer) ?? 0) + 1 - cosine(hidden, other));
    }
  }
  const layers = Object.fromEntries([...sums].map(([layer, sum]) => [String(layer), sum / count]));
  return { layers, klToBase: count === 0 ? undefined : kl / count };
}

/** cos of the angle between two vectors; 1 if both are zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const norm = Math.sqrt(aa * bb);
  return norm === 0 ? 1 : dot / norm;
}

/** KL(p || q) of two distributions given as log-probabilities, nats. */
export function klDivergence(logP: Float32Array, logQ: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < logP.length; i++) {
    const p = Math.exp(logP[i] ?? -Infinity);
    if (p > 0) sum += p * ((logP[i] ?? 0) - (logQ[i] ?? 0));
  }
  return sum;
}
