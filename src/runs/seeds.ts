import { createRandom, type Random } from '../base/random.ts';
import { quantile } from './bootstrap.ts';
import { holm } from './holm.ts';
import { mcnemarExact } from './mcnemar.ts';
import type { Interval } from '../base/wilson.ts';

/** Held facts at one evaluation and at its reference step: 1 = right. Equal lengths, facts in one order for all runs of a seed. */
export interface HeldAt {
  readonly reference: Uint8Array;
  readonly now: Uint8Array;
}

/** One run of an experiment over seeds, as the statistics need it. */
export interface SeedRun {
  readonly seed: number;
  readonly method: string;
  /** At the last evaluation; undefined where nothing was held. */
  readonly end: HeldAt | undefined;
  /** The evaluations around equal acquisition, and how far between them it lies (0..1); undefined: not reached. */
  readonly crossing: { readonly below: HeldAt; readonly above: HeldAt; readonly share: number } | undefined;
}

/** A mean over seeds with its 95 % interval. */
export interface SeedMean extends Interval {
  readonly mean: number;
  /** Seeds that it is a mean of. */
  readonly seeds: number;
}

export interface MethodSummary {
  readonly method: string;
  readonly seeds: number;
  /** Seeds that reached equal acquisition. */
  readonly reached: number;
  readonly forgettingAtEnd: SeedMean | undefined;
  readonly forgettingAtEqualAcquisition: SeedMean | undefined;
  /** Mean forgetting of this method over that of the baseline, on the seeds where both have it; undefined for the baseline. */
  readonly ratioAtEnd: SeedMean | undefined;
  readonly ratioAtEqualAcquisition: SeedMean | undefined;
  /** Held facts at the end over all seeds: right under this method only, under the baseline only. */
  readonly paired: PairedSummary | undefined;
}

export interface PairedSummary {
  readonly onlyThis: number;
  readonly onlyBaseline: number;
  /** Two-sided exact McNemar on the sums over seeds. */
  readonly p: number;
  /** After Holm's correction over methods. */
  readonly adjustedP: number;
}

export interface SummaryOptions {
  readonly baseline: string;
  /** Of the resampling. */
  readonly bootstrapSeed: number;
  /** Resampled experiments; default 2,000. */
  readonly samples?: number;
}

/**
 * Methods over seeds. Intervals by a two-level percentile bootstrap (Davison & Hinkley 1997, 3.8): seeds are drawn, then facts
 * within each, the same ones for every method of a seed, because they were asked the same facts.
 */
export function summariseSeeds(runs: readonly SeedRun[], options: SummaryOptions): MethodSummary[] {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const of = (method: string): readonly SeedRun[] => runs.filter((run) => run.method === method);
  const baseline = of(options.baseline);
  const summaries = methods.map((method): MethodSummary => {
    const mine = of(method);
    const isBaseline = method === options.baseline;
    const ratio = (moment: Moment): SeedMean | undefined =>
      isBaseline ? undefined : ratioOf(pair(mine, baseline), moment, options);
    return {
      method,
      seeds: mine.length,
      reached: mine.filter(({ crossing }) => crossing !== undefined).length,
      forgettingAtEnd: meanOf(mine, atEnd, options),
      forgettingAtEqualAcquisition: meanOf(mine, atCrossing, options),
      ratioAtEnd: ratio(atEnd),
      ratioAtEqualAcquisition: ratio(atCrossing),
      paired: isBaseline ? undefined : pairedOf(pair(mine, baseline)),
    };
  });
  return withHolm(summaries);
}

/** What is compared of a run: weighted evaluations. */
type Moment = (run: SeedRun) => readonly (HeldAt & { readonly weight: number })[] | undefined;

const atEnd: Moment = ({ end }) => (end === undefined ? undefined : [{ ...end, weight: 1 }]);

const atCrossing: Moment = ({ crossing }) =>
  crossing === undefined
    ? undefined
    : [
        { ...crossing.below, weight: 1 - crossing.share },
        { ...crossing.above, weight: crossing.share },
      ];

/**
 * (best - now) / best over the drawn facts (DESIGN 6), linear between the evaluations.
 * @param drawn indices of facts, repeats included; undefined: every fact once
 */
export function forgettingOver(
  evaluations: readonly (HeldAt & { readonly weight: number })[],
  drawn?: Int32Array,
): number {
  return evaluations.reduce((sum, { reference, now, weight }) => {
    let best = 0;
    let right = 0;
    const count = drawn?.length ?? reference.length;
    for (let i = 0; i < count; i++) {
      const fact = drawn === undefined ? i : (drawn[i] ?? 0);
      best += reference[fact] ?? 0;
      right += now[fact] ?? 0;
    }
    return sum + weight * (best === 0 ? 0 : (best - right) / best);
  }, 0);
}

function meanOf(runs: readonly SeedRun[], moment: Moment, options: SummaryOptions): SeedMean | undefined {
  const seeds = runs.map(moment).filter((evaluations) => evaluations !== undefined);
  if (seeds.length === 0) return undefined;
  const mean = average(seeds.map((evaluations) => forgettingOver(evaluations)));
  const draws = resample(options, (random) =>
    average(
      drawSeeds(seeds, random).map((evaluations) =>
        forgettingOver(evaluations, drawFacts(evaluations, random)),
      ),
    ),
  );
  return { mean, seeds: seeds.length, ...percentiles(draws) };
}

type Pair = readonly [SeedRun, SeedRun];

function pair(mine: readonly SeedRun[], baseline: readonly SeedRun[]): Pair[] {
  return mine.flatMap((run) => {
    const other = baseline.find(({ seed }) => seed === run.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
}

/** Mean over mean, not the mean of ratios: one seed in which the baseline hardly forgets must not decide. */
function ratioOf(pairs: readonly Pair[], moment: Moment, options: SummaryOptions): SeedMean | undefined {
  const seeds = pairs.flatMap(([run, other]) => {
    const [mine, theirs] = [moment(run), moment(other)];
    return mine === undefined || theirs === undefined ? [] : [{ mine, theirs }];
  });
  if (seeds.length === 0) return undefined;
  const ratio = (both: readonly (readonly [number, number])[]): number =>
    average(both.map(([mine]) => mine)) / average(both.map(([, theirs]) => theirs));
  const draws = resample(options, (random) =>
    ratio(
      drawSeeds(seeds, random).map(({ mine, theirs }) => {
        const facts = drawFacts(mine, random);
        return [forgettingOver(mine, facts), forgettingOver(theirs, facts)] as const;
      }),
    ),
  );
  const mean = ratio(
    seeds.map(({ mine, theirs }) => [forgettingOver(mine), forgettingOver(theirs)] as const),
  );
  return { mean, seeds: seeds.length, ...percentiles(draws) };
}

function pairedOf(pairs: readonly Pair[]): PairedSummary | undefined {
  let [onlyThis, onlyBaseline, asked] = [0, 0, 0];
  for (const [{ end: mine }, { end: theirs }] of pairs) {
    if (mine === undefined || theirs === undefined) continue;
    for (const [fact, right] of mine.now.entries()) {
      asked++;
      if (right === theirs.now[fact]) continue;
      if (right === 1) onlyThis++;
      else onlyBaseline++;
    }
  }
  if (asked === 0) return undefined;
  const p = mcnemarExact(onlyThis, onlyBaseline);
  return { onlyThis, onlyBaseline, p, adjustedP: p };
}

function withHolm(summaries: readonly MethodSummary[]): MethodSummary[] {
  const tested = summaries.filter(({ paired }) => paired !== undefined);
  const adjusted = holm(tested.map(({ paired }) => paired?.p ?? 1));
  return summaries.map((summary) => {
    const { paired } = summary;
    if (paired === undefined) return summary;
    return { ...summary, paired: { ...paired, adjustedP: adjusted[tested.indexOf(summary)] ?? paired.p } };
  });
}

function resample(
  { bootstrapSeed, samples = 2_000 }: SummaryOptions,
  draw: (random: Random) => number,
): Float64Array {
  const random = createRandom(bootstrapSeed, 'seeds');
  return Float64Array.from({ length: samples }, () => draw(random)).sort();
}

function drawSeeds<Seed>(seeds: readonly Seed[], random: Random): Seed[] {
  return seeds.map(() => seeds[random.below(seeds.length)] as Seed);
}

function drawFacts(evaluations: readonly HeldAt[], random: Random): Int32Array {
  const count = evaluations[0]?.now.length ?? 0;
  return Int32Array.from({ length: count }, () => random.below(count));
}

function percentiles(sorted: Float64Array): Interval {
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
