import type { EvaluatedEvent } from '../protocol/events.ts';
import type { EvaluationView, SeriesPart } from '../protocol/panelMessages.ts';
import { exactMatch } from './forgetting.ts';
import { marksOf } from './marks.ts';
import { PackedSteps } from './packedSteps.ts';
import type { RunState } from './runState.ts';
import { CHUNK_LENGTH, itemAt, type Chunk, type Series } from './series.ts';
import { shareView } from './shareView.ts';
import { STEP_COLUMNS, type StepPoint } from './stepPoint.ts';

/** How much of a run's curves somebody has. */
export interface Told {
  /** How many steps and evaluations. */
  readonly steps: number;
  readonly evaluations: number;
  /** The attempt and the last step of each kind, to tell curves that were cut back from curves that grew. */
  readonly key: string;
}

export const NOTHING_TOLD: Told = { steps: 0, evaluations: 0, key: '' };

/**
 * What somebody who was told so much does not have yet, and what they have after it; undefined where what they have no longer
 * holds (a resume cut the curves back), so that they must be told from the start.
 */
export function seriesSince(state: RunState, told: Told): { part: SeriesPart; told: Told } | undefined {
  if (told !== NOTHING_TOLD && told.key !== keyAt(state, told)) return undefined;
  const now = { steps: state.steps.length, evaluations: state.evaluations.length };
  const part = {
    steps: columnsFrom(state.steps, told.steps),
    evaluations: evaluationsFrom(state, told.evaluations),
    marks: marksOf(state),
  };
  return { part, told: { ...now, key: keyAt(state, now) } };
}

/** Enough for a first picture of any width. */
const COARSE_STEPS = 4_000;

/**
 * The whole run with few of its steps, for a first picture while the rest is on its way; undefined for a run that is short enough
 * to be told at once. Of every stretch the steps with the lowest and the highest loss stay.
 */
export function coarseSeries(state: RunState): SeriesPart | undefined {
  if (state.steps.length <= 4 * COARSE_STEPS) return undefined;
  const columns = columnsFrom(state.steps, 0);
  const kept = extremeRows(columns.loss ?? new Float64Array(0), COARSE_STEPS / 2);
  const steps = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      Float64Array.from(kept, (row) => column[row] ?? NaN),
    ]),
  );
  return { steps, evaluations: evaluationsFrom(state, 0), marks: marksOf(state) };
}

/** Of each of `stretches` the rows of the lowest and the highest value, rising; the first and the last row are among them. */
function extremeRows(values: Float64Array, stretches: number): number[] {
  const rows = new Set<number>([0]);
  const size = Math.ceil(values.length / stretches);
  for (let start = 0; start < values.length; start += size) {
    let [low, high] = [start, start];
    for (let row = start; row < Math.min(start + size, values.length); row++) {
      if ((values[row] ?? NaN) < (values[low] ?? NaN)) low = row;
      if ((values[row] ?? NaN) > (values[high] ?? NaN)) high = row;
    }
    rows.add(Math.min(low, high)).add(Math.max(low, high));
  }
  return [...rows.add(values.length - 1)];
}

/** Equal for as long as what was told is a beginning of what there is. */
function keyAt(state: RunState, { steps, evaluations }: Omit<Told, 'key'>): string {
  const step = itemAt(state.steps, steps - 1);
  const evaluation = itemAt(state.evaluations, evaluations - 1);
  return [state.attempt, step?.step, step?.time, evaluation?.seq].join(' ');
}

/** The steps from index `from` on, column by column. */
export function columnsFrom(series: Series<StepPoint>, from: number): Record<string, Float64Array> {
  const length = Math.max(0, series.length - from);
  const columns = STEP_COLUMNS.map(() => new Float64Array(length));
  let at = 0;
  const take = (packed: PackedSteps, first: number): void => {
    const rows = packed.values.length / STEP_COLUMNS.length;
    for (let row = first; row < rows; row++, at++)
      columns.forEach(
        (column, index) => (column[at] = packed.values[row * STEP_COLUMNS.length + index] ?? NaN),
      );
  };
  series.chunks.slice(Math.floor(from / CHUNK_LENGTH)).forEach((chunk, index) => {
    take(packed(chunk), index === 0 ? from % CHUNK_LENGTH : 0);
  });
  take(new PackedSteps(series.tail), Math.max(0, from - series.chunks.length * CHUNK_LENGTH));
  return Object.fromEntries(STEP_COLUMNS.map((name, index) => [name, columns[index] ?? new Float64Array(0)]));
}

function packed(chunk: Chunk<StepPoint>): PackedSteps {
  if (chunk instanceof PackedSteps) return chunk;
  return new PackedSteps(
    Array.from({ length: CHUNK_LENGTH }, (_, index) => chunk.at(index)).filter(
      (point) => point !== undefined,
    ),
  );
}

function evaluationsFrom(state: RunState, from: number): EvaluationView[] {
  const views: EvaluationView[] = [];
  let best = bestBefore(state, from);
  for (let index = from; index < state.evaluations.length; index++) {
    const event = itemAt(state.evaluations, index);
    if (event === undefined) continue;
    const em = exactMatch(event.held);
    best = Math.max(best, em ?? 0);
    views.push(evaluationView(event, em === undefined || best === 0 ? null : (best - em) / best));
  }
  return views;
}

function bestBefore({ evaluations }: RunState, end: number): number {
  let best = 0;
  for (let index = 0; index < end; index++)
    best = Math.max(best, exactMatch(itemAt(evaluations, index)?.held ?? null) ?? 0);
  return best;
}

function evaluationView(event: EvaluatedEvent, forgetting: number | null): EvaluationView {
  return {
    step: event.step,
    epoch: event.epoch,
    time: Date.parse(event.time),
    decoded: event.decoded,
    held: shareView(event.held),
    known: shareView(event.known),
    new: shareView(event.new),
    forgetting,
    evalLoss: event.eval_loss,
    drift: event.drift,
    klToBase: event.kl_to_base,
  };
}
