import type { EvaluatedEvent, Score } from '../protocol/events.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { ProbeFact } from '../protocol/runFiles.ts';
import { equalAcquisition, type AcquisitionPoint, type EqualAcquisition } from './crossing.ts';
import { exactMatch, forgettingCurve, type Forgetting } from './forgetting.ts';
import { comparePairs, type PairedTest } from './paired.ts';
import type { EventStatus, RunState } from './runState.ts';
import { toArray } from './series.ts';
import { median, stepSeconds } from './stepTimes.ts';
import { wilsonInterval, type Interval } from '../base/wilson.ts';

/** A run to compare. What is undefined is left out of the comparison, not guessed. */
export interface ComparedRun {
  readonly id: string;
  readonly label: string;
  readonly state: RunState;
  readonly config?: RunConfig | undefined;
  /** Per-fact results of the run's last evaluation. */
  readonly facts?: readonly ProbeFact[] | undefined;
}

/** Facts answered right, with the 95 % interval of their share. */
export interface Proportion {
  readonly correct: number;
  readonly total: number;
  readonly interval: Interval;
}

/** One run's row. Every field may be undefined because the run has not measured it (yet). */
export interface ComparisonRow {
  readonly id: string;
  readonly label: string;
  readonly status: EventStatus;
  readonly seed: number | undefined;
  /** Optimizer steps done. */
  readonly steps: number;
  /** At the last evaluation, like the next three. */
  readonly known: Proportion | undefined;
  readonly new: Proportion | undefined;
  readonly held: Proportion | undefined;
  readonly forgetting: Forgetting | undefined;
  readonly equalAcquisition: EqualAcquisition;
  readonly trainableParameters: number | undefined;
  readonly totalParameters: number | undefined;
  /** Evaluations taken off. */
  readonly medianSecondsPerStep: number | undefined;
  /** Highest reported by any logged step. */
  readonly peakMemoryBytes: number | undefined;
}

/** Plain data for a table, a page or a machine. */
export interface Comparison {
  /** In the order of the runs given. */
  readonly rows: readonly ComparisonRow[];
  readonly pairs: readonly PairedTest[];
}

/** Runs side by side: at the end, at equal acquisition, and fact by fact where the facts are given. */
export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  const paired = runs.map(({ id, config, facts }) => ({ id, seed: config?.seed, facts }));
  return { rows: runs.map(rowOf), pairs: comparePairs(paired) };
}

function rowOf({ id, label, state, config }: ComparedRun): ComparisonRow {
  const evaluations = toArray(state.evaluations);
  const curve = forgettingCurve(evaluations);
  const last = evaluations.at(-1);
  return {
    id,
    label,
    status: state.status,
    seed: config?.seed,
    steps: state.step,
    known: proportionOf(last?.known),
    new: proportionOf(last?.new),
    held: proportionOf(last?.held),
    forgetting: curve.at(-1),
    equalAcquisition: equalAcquisition(acquisitionPoints(evaluations)),
    trainableParameters: state.started?.num_trainable_parameters,
    totalParameters: state.started?.num_parameters,
    ...costOf(state, evaluations),
  };
}

/** A run's evaluations as equal acquisition needs them, one point each. */
export function acquisitionPoints(evaluations: readonly EvaluatedEvent[]): AcquisitionPoint[] {
  const curve = forgettingCurve(evaluations);
  return evaluations.map((event, index) => pointOf(event, curve[index]));
}

function costOf(
  state: RunState,
  evaluations: readonly EvaluatedEvent[],
): Pick<ComparisonRow, 'medianSecondsPerStep' | 'peakMemoryBytes'> {
  const points = toArray(state.steps);
  // The warm-up for a teacher trains otherwise than the run itself, and faster.
  const main = points.filter(({ step }) => step > (state.started?.snapshot_steps ?? 0));
  // Not Math.max(...): a long run has more points than a call may have arguments.
  const peak = points.reduce((most, point) => Math.max(most, point.memory_bytes), 0);
  return {
    medianSecondsPerStep: median(stepSeconds(main, evaluations)),
    peakMemoryBytes: peak === 0 ? undefined : peak,
  };
}

function pointOf(event: EvaluatedEvent, forgetting: Forgetting | undefined): AcquisitionPoint {
  const { step, epoch } = event;
  return {
    step,
    epoch,
    newEm: exactMatch(event.new),
    heldEm: exactMatch(event.held),
    forgetting: forgetting?.relative,
  };
}

function proportionOf(score: Score | null | undefined): Proportion | undefined {
  if (score === null || score === undefined) return undefined;
  const interval = wilsonInterval(score.correct, score.total);
  return interval && { correct: score.correct, total: score.total, interval };
}
