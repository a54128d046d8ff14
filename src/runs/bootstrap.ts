import { createRandom, type Random } from '../base/random.ts';
import type { Interval } from '../base/wilson.ts';

export interface BootstrapOptions {
  /** Seed of the resampling, so that a report says the same twice. */
  readonly seed: number;
  /** How many resampled experiments; default 2,000. */
  readonly samples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** The mean over seeds of the mean over facts, and its percentile interval, in the unit of the values. */
export interface BootstrapMean extends Interval {
  readonly mean: number;
}

/**
 * Two-level percentile bootstrap: draws seeds with replacement, then facts within each drawn seed, because facts of one seed
 * share a base model and a run and are not independent. Davison and Hinkley, "Bootstrap Methods" (1997), 3.8, strategy for
 * hierarchical data. `values`: per seed, one number per fact (1 or 0 for right or wrong, or a paired difference of two runs).
 * Seeds without facts do not count; undefined if none is left. With one seed the interval is about its facts only.
 */
export function bootstrapSeedsThenFacts(
  values: readonly (readonly number[])[],
  options: BootstrapOptions,
): BootstrapMean | undefined {
  const seeds = values.filter((facts) => facts.length > 0);
  if (seeds.length === 0) return undefined;
  const { samples = 2_000, confidence = 0.95 } = options;
  const random = createRandom(options.seed, 'bootstrap');
  const means = Float64Array.from({ length: samples }, () =>
    meanOver(seeds.length, () => resampledMean(draw(seeds, random), random)),
  ).sort();
  const tail = (1 - confidence) / 2;
  const mean = meanOver(seeds.length, (index) => resample(seeds, index));
  return { mean, low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

function resample(seeds: readonly (readonly number[])[], index: number): number {
  const facts = seeds[index] ?? [];
  return meanOver(facts.length, (fact) => facts[fact] ?? 0);
}

function resampledMean(facts: readonly number[], random: Random): number {
  return meanOver(facts.length, () => facts[random.below(facts.length)] ?? 0);
}

function draw(seeds: readonly (readonly number[])[], random: Random): readonly number[] {
  return seeds[random.below(seeds.length)] ?? [];
}

function meanOver(count: number, value: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += value(index);
  return sum / count;
}

/** Linear between order statistics (type 7 of Hyndman and Fan 1996); `sorted` must not be empty. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
