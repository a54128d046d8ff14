import type { EvaluationView, MarkView, SeriesPart } from '../src/protocol/panelMessages.ts';
import { MinMaxColumn } from '../src/runs/minMaxColumn.ts';
import { MovingAverage } from '../src/runs/smoothing.ts';
import { STEP_COLUMNS, type StepColumn } from '../src/runs/stepPoint.ts';
import { lowerBound, nearestIndex, type Rising, type Window } from '../src/runs/thinColumn.ts';

/** What a chart is drawn over: optimizer steps, epochs, or seconds since the run began. */
export type XAxis = 'step' | 'epoch' | 'time';

/** Where something is on each axis. */
export type Place = Readonly<Record<XAxis, number>>;

/** Of seconds: what was written in the same one belongs together. */
const MILLISECOND = 0.001;

/** A run's curves, as far as they are known: grows with every message, and is asked at every zoom. */
export class RunSeries {
  readonly evaluations: (EvaluationView & { readonly place: Place })[] = [];
  private marks: readonly MarkView[] = [];
  private readonly columns = new Map<StepColumn, MinMaxColumn>(
    STEP_COLUMNS.map((name) => [name, new MinMaxColumn()]),
  );
  /** Axes never go back, also where a clock does. */
  private readonly axes: Readonly<Record<XAxis, MinMaxColumn>> = {
    step: new MinMaxColumn(),
    epoch: new MinMaxColumn(),
    time: new MinMaxColumn(),
  };
  private readonly smoothed = new Map<string, { average: MovingAverage; column: MinMaxColumn }>();
  /** Milliseconds since 1970 at which time begins. */
  private origin: number | undefined;

  append({ steps, evaluations, marks }: SeriesPart): void {
    this.origin ??= firstTime(steps.time, evaluations);
    for (const name of STEP_COLUMNS) this.columns.get(name)?.append(steps[name] ?? []);
    this.extend('step', steps.step ?? [], (value) => value);
    this.extend('epoch', steps.epoch ?? [], (value) => value);
    this.extend('time', steps.time ?? [], (value) => this.seconds(value));
    for (const evaluation of evaluations)
      this.evaluations.push({
        ...evaluation,
        place: { step: evaluation.step, epoch: evaluation.epoch, time: this.seconds(evaluation.time) },
      });
    this.marks = marks;
  }

  axis(name: XAxis): Rising {
    return this.axes[name];
  }

  column(name: StepColumn): MinMaxColumn {
    return this.columns.get(name) ?? new MinMaxColumn();
  }

  /** An exponential moving average of a column; kept, and continued when the column grows. */
  smoothedColumn(name: StepColumn, keep: number): MinMaxColumn {
    const key = `${name} ${keep}`;
    const kept = this.smoothed.get(key) ?? { average: new MovingAverage(keep), column: new MinMaxColumn() };
    this.smoothed.set(key, kept);
    const raw = this.column(name);
    if (kept.column.length < raw.length) {
      const added = new Float64Array(raw.length - kept.column.length);
      for (let index = 0; index < added.length; index++) added[index] = raw.at(kept.column.length + index);
      kept.column.append(kept.average.next(added));
    }
    return kept.column;
  }

  /** From the first to the last thing that was measured. */
  extent(name: XAxis): Window {
    const axis = this.axes[name];
    const [first, last] = [this.evaluations[0]?.place[name], this.evaluations.at(-1)?.place[name]];
    const from = Math.min(first ?? Infinity, axis.length > 0 ? axis.at(0) : Infinity);
    const to = Math.max(last ?? -Infinity, axis.length > 0 ? axis.at(axis.length - 1) : -Infinity);
    if (from > to) return { from: 0, to: 1 };
    return from === to ? { from, to: from + 1 } : { from, to };
  }

  /** Marks with their places. What has a time only stands at the step that was last done by then. */
  placedMarks(): readonly (MarkView & { readonly place: Place })[] {
    return this.marks.map((mark) => ({ ...mark, place: this.placeOf(mark.step, mark.time) }));
  }

  private placeOf(step: number | undefined, time: number): Place {
    const seconds = this.seconds(time);
    const { time: times, step: steps } = this.axes;
    const done = lowerBound(times, seconds + MILLISECOND, 0, times.length) - 1;
    const index =
      step === undefined ? Math.max(done, Math.min(0, times.length - 1)) : nearestIndex(steps, step);
    if (index < 0) return { step: step ?? 0, epoch: 0, time: seconds };
    return { step: step ?? this.axes.step.at(index), epoch: this.axes.epoch.at(index), time: seconds };
  }

  private seconds(time: number): number {
    return Math.max(0, (time - (this.origin ?? time)) / 1_000);
  }

  private extend(name: XAxis, values: ArrayLike<number>, convert: (value: number) => number): void {
    const axis = this.axes[name];
    let last = axis.length > 0 ? axis.at(axis.length - 1) : -Infinity;
    const rising = new Float64Array(values.length);
    for (let index = 0; index < values.length; index++) {
      const converted = convert(values[index] ?? NaN);
      last = converted >= last ? converted : last;
      rising[index] = last;
    }
    axis.append(rising);
  }
}

function firstTime(
  times: Float64Array | undefined,
  evaluations: readonly EvaluationView[],
): number | undefined {
  const known = [times?.[0], evaluations[0]?.time].filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
