import { normalQuantile } from './normal.ts';

/** A confidence interval; both ends are in the unit of what was estimated. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The score interval of a proportion, as fractions 0..1; undefined for `total` 0, where nothing was measured.
 * Wilson 1927 without continuity correction: method 3 of Newcombe, Statistics in Medicine 17 (1998), whose coverage holds
 * near 0 and 1, where held facts live and the textbook p +- z * se does not.
 */
export function wilsonInterval(correct: number, total: number, confidence = 0.95): Interval | undefined {
  if (total === 0) return undefined;
  const z2 = normalQuantile((1 + confidence) / 2) ** 2;
  const wrong = total - correct;
  const centre = correct + z2 / 2;
  const margin = Math.sqrt(z2 * ((correct * wrong) / total + z2 / 4));
  return {
    // At the ends the exact answer is 0 or 1, which rounding would miss by an ulp.
    low: correct === 0 ? 0 : (centre - margin) / (total + z2),
    high: wrong === 0 ? 1 : (centre + margin) / (total + z2),
  };
}
