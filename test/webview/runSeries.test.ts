import { describe, expect, it } from 'vitest';
import type { EvaluationView, MarkView, SeriesPart } from '../../src/protocol/panelMessages.ts';
import { STEP_COLUMNS } from '../../src/runs/stepPoint.ts';
import { RunSeries, type XAxis } from '../../webview/runSeries.ts';

/** When the runs of these tests began, in milliseconds since 1970. */
const BEGAN = Date.UTC(2026, 0, 1);

interface Step {
  readonly step: number;
  /** Seconds since the run began. */
  readonly at: number;
  readonly epoch?: number;
  readonly loss?: number;
}

const evaluation = (step: number, at: number): EvaluationView => ({
  step,
  epoch: step / 10,
  time: BEGAN + 1_000 * at,
  decoded: false,
  held: null,
  known: null,
  new: null,
  forgetting: null,
  evalLoss: null,
  drift: {},
  klToBase: null,
});

const mark = (step: number | undefined, at: number): MarkView => ({
  kind: 'warned',
  step,
  time: BEGAN + 1_000 * at,
  text: '',
});

function partOf(
  steps: readonly Step[],
  evaluations: EvaluationView[] = [],
  marks: MarkView[] = [],
): SeriesPart {
  const columns = STEP_COLUMNS.map((name) => [
    name,
    Float64Array.from(steps, ({ step, at, epoch, loss }) => {
      if (name === 'step') return step;
      if (name === 'time') return BEGAN + 1_000 * at;
      if (name === 'epoch') return epoch ?? step / 10;
      return name === 'loss' ? (loss ?? 1 / step) : 0;
    }),
  ]);
  return { steps: Object.fromEntries(columns) as Record<string, Float64Array>, evaluations, marks };
}

function seriesOf(...parts: SeriesPart[]): RunSeries {
  const series = new RunSeries();
  for (const part of parts) series.append(part);
  return series;
}

const valuesOf = (values: { readonly length: number; at(index: number): number }): number[] =>
  Array.from({ length: values.length }, (_, index) => values.at(index));

describe('axes', () => {
  it('are steps, epochs, and seconds since the first thing that was measured', () => {
    const series = seriesOf(
      partOf(
        [
          { step: 1, at: 30 },
          { step: 2, at: 32 },
        ],
        [evaluation(0, 10)],
      ),
    );
    expect(valuesOf(series.axis('step'))).toEqual([1, 2]);
    expect(valuesOf(series.axis('epoch'))).toEqual([0.1, 0.2]);
    expect(valuesOf(series.axis('time'))).toEqual([20, 22]);
    expect(series.evaluations[0]?.place).toEqual({ step: 0, epoch: 0, time: 0 });
  });

  it('keep the time at which they begin when more is told', () => {
    const series = seriesOf(
      partOf([], [evaluation(0, 10)]),
      partOf([{ step: 1, at: 30 }], [evaluation(1, 40)]),
    );
    expect(valuesOf(series.axis('time'))).toEqual([20]);
    expect(series.evaluations.map(({ place }) => place.time)).toEqual([0, 30]);
  });

  it('never go back where a clock does', () => {
    const steps = [1, 2, 3, 4].map((step, index) => ({ step, at: [0, 50, 20, 60][index]! }));
    const series = seriesOf(partOf(steps.slice(0, 2)), partOf(steps.slice(2)));
    expect(valuesOf(series.axis('time'))).toEqual([0, 50, 50, 60]);
  });

  it('do not begin before they begin', () => {
    expect(
      seriesOf(partOf([{ step: 1, at: 30 }]), partOf([], [evaluation(1, 10)])).evaluations[0]?.place.time,
    ).toBe(0);
  });
});

describe('the extent', () => {
  const extent = (axis: XAxis, ...parts: SeriesPart[]) => seriesOf(...parts).extent(axis);

  it('is something of nothing', () => {
    expect(extent('step')).toEqual({ from: 0, to: 1 });
  });

  it('reaches from the first to the last thing that was measured', () => {
    const part = partOf(
      [
        { step: 5, at: 10 },
        { step: 8, at: 16 },
      ],
      [evaluation(0, 0), evaluation(6, 12)],
    );
    expect(extent('step', part)).toEqual({ from: 0, to: 8 });
    expect(extent('time', part)).toEqual({ from: 0, to: 16 });
    expect(extent('epoch', part)).toEqual({ from: 0, to: 0.8 });
    const later = partOf([], [evaluation(9, 20)]);
    expect(extent('step', part, later)).toEqual({ from: 0, to: 9 });
  });

  it('of one thing has a width, or nothing could be drawn', () => {
    expect(extent('step', partOf([{ step: 5, at: 10 }]))).toEqual({ from: 5, to: 6 });
    expect(extent('time', partOf([], [evaluation(7, 3)]))).toEqual({ from: 0, to: 1 });
  });
});

describe('columns', () => {
  const steps = Array.from({ length: 300 }, (_, index) => ({
    step: index + 1,
    at: index,
    loss: Math.sin(index),
  }));

  it('grow with every message', () => {
    const series = seriesOf(partOf(steps.slice(0, 100)), partOf([]), partOf(steps.slice(100)));
    expect(valuesOf(series.column('loss'))).toEqual(steps.map(({ loss }) => loss));
    expect(series.column('grad_norm').length).toBe(300);
  });

  it('are smoothed alike whether they come at once or piece by piece, asked for or not', () => {
    const whole = seriesOf(partOf(steps));
    const pieces = new RunSeries();
    for (const [from, to] of [
      [0, 7],
      [7, 150],
      [150, 300],
    ]) {
      pieces.append(partOf(steps.slice(from, to)));
      if (to !== 150) pieces.smoothedColumn('loss', 0.9);
    }
    const expected = valuesOf(whole.smoothedColumn('loss', 0.9));
    expect(valuesOf(pieces.smoothedColumn('loss', 0.9))).toEqual(expected);
    expect(expected).not.toEqual(valuesOf(whole.column('loss')));
    expect(valuesOf(whole.smoothedColumn('loss', 0.5))).not.toEqual(expected);
    expect(valuesOf(whole.smoothedColumn('ce_loss', 0.9))).not.toEqual(expected);
  });

  it('are smoothed once', () => {
    const series = seriesOf(partOf(steps));
    expect(series.smoothedColumn('loss', 0.9)).toBe(series.smoothedColumn('loss', 0.9));
    expect(series.smoothedColumn('loss', 0.9).length).toBe(300);
  });

  it('that a message does not have are taken as empty', () => {
    expect(seriesOf({ steps: {}, evaluations: [], marks: [] }).column('loss').length).toBe(0);
  });
});

describe('marks', () => {
  const steps = [1, 2, 3, 4].map((step) => ({ step: 10 * step, at: 100 * step }));
  const placesOf = (...marks: MarkView[]) =>
    seriesOf(partOf(steps, [evaluation(0, 0)], marks))
      .placedMarks()
      .map(({ place }) => place);

  it('with a step stand at that step and at their own time', () => {
    expect(placesOf(mark(20, 205))).toEqual([{ step: 20, epoch: 2, time: 205 }]);
  });

  it('without a step stand at the step of that time', () => {
    expect(placesOf(mark(undefined, 310))).toEqual([{ step: 30, epoch: 3, time: 310 }]);
    expect(placesOf(mark(undefined, 9_000))).toEqual([{ step: 40, epoch: 4, time: 9_000 }]);
  });

  it('stand at the beginning while there are no steps', () => {
    const series = seriesOf(partOf([], [evaluation(0, 5)], [mark(undefined, 7), mark(3, 7)]));
    expect(series.placedMarks().map(({ place }) => place)).toEqual([
      { step: 0, epoch: 0, time: 2 },
      { step: 3, epoch: 0, time: 2 },
    ]);
  });

  it('are told whole every time: a later message replaces them', () => {
    const series = seriesOf(partOf(steps, [], [mark(10, 0), mark(20, 0)]), partOf([], [], [mark(30, 0)]));
    expect(series.placedMarks().map(({ step }) => step)).toEqual([30]);
  });

  // Regression: it stands at the nearest step, which may be one that is done later; the comment says "last done by then". A warning at
  // 290 s stands at step 30, which was done at 300 s.
  it('without a step stand at the step that was last done by then', () => {
    expect(placesOf(mark(undefined, 290))).toEqual([{ step: 20, epoch: 2, time: 290 }]);
  });
});
