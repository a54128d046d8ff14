import type { EvaluatedEvent } from '../protocol/events.ts';
import { equalAcquisition } from '../runs/crossing.ts';
import { acquisitionPoints } from '../runs/compare.ts';
import { exactMatch, forgettingAt } from '../runs/forgetting.ts';
import { summariseSeeds, type MethodSummary } from '../runs/seeds.ts';
import { lastItem, toArray } from '../runs/series.ts';
import type { EndedRun } from './runMany.ts';
import { seedRunOf } from './seedRuns.ts';

/** A run of an experiment that has ended: which method, which seed. */
export interface ExperimentRun extends EndedRun {
  readonly method: string;
  readonly seed: number;
}

/** One run's numbers, for a table or a file. Shares are fractions 0..1; null = not measured, or not reached. */
export interface ExperimentRow {
  readonly method: string;
  readonly seed: number;
  readonly run: string;
  readonly status: string;
  readonly known: number | null;
  readonly new: number | null;
  readonly held: number | null;
  readonly held_facts: number;
  readonly forgetting: number | null;
  readonly lost: number | null;
  readonly gained: number | null;
  /** Epoch at which new EM passed 0.90. */
  readonly acquisition_epoch: number | null;
  readonly forgetting_at_acquisition: number | null;
  readonly held_at_acquisition: number | null;
}

export interface ExperimentResult {
  readonly rows: readonly ExperimentRow[];
  readonly summary: readonly MethodSummary[];
}

/** Of the resampling; fixed, so that a result says the same twice. */
const BOOTSTRAP_SEED = 1;

/** Every run's numbers, and the methods against the baseline over seeds. */
export function resultOf(runs: readonly ExperimentRun[], baseline: string): ExperimentResult {
  const seedRuns = runs.map(({ run, state, seed, method }) => seedRunOf(run.folder, state, { seed, method }));
  return {
    rows: runs.map(rowOf),
    summary: summariseSeeds(seedRuns, { baseline, bootstrapSeed: BOOTSTRAP_SEED }),
  };
}

function rowOf({ method, seed, run, state, status }: ExperimentRun): ExperimentRow {
  const evaluations = toArray(state.evaluations);
  const last = lastItem(state.evaluations);
  const forgetting = forgettingAt(evaluations);
  const crossing = equalAcquisition(acquisitionPoints(evaluations));
  const reached = crossing.kind === 'reached' ? crossing : undefined;
  return {
    method,
    seed,
    run: run.id,
    status,
    known: orNull(emOf(last, 'known')),
    new: orNull(emOf(last, 'new')),
    held: orNull(emOf(last, 'held')),
    held_facts: last?.held?.total ?? 0,
    forgetting: orNull(forgetting?.relative),
    lost: orNull(forgetting?.lost),
    gained: orNull(forgetting?.gained),
    acquisition_epoch: orNull(reached?.epoch),
    forgetting_at_acquisition: orNull(reached?.forgetting),
    held_at_acquisition: orNull(reached?.heldEm),
  };
}

function emOf(event: EvaluatedEvent | undefined, set: 'known' | 'new' | 'held'): number | undefined {
  return exactMatch(event?.[set] ?? null);
}

/** JSON has no undefined. */
function orNull(value: number | undefined): number | null {
  return value ?? null;
}
