import { describe, expect, it } from 'vitest';
import { pointsOf, valueNear, type View } from '../../webview/charts/curvePoints.ts';
import type { CurveSpec } from '../../webview/charts/spec.ts';
import { RunSeries } from '../../webview/runSeries.ts';
import { recorded } from './recorded.ts';

const run = recorded('sft');
const { message } = run.message(run.at(run.lines.length));
if (message.type !== 'snapshot') throw new Error('the first message is whole');
const { series: part } = message;
const series = new RunSeries();
series.append(part);

const STEPS = part.steps.step!;
const LOSSES = part.steps.loss!;
const WHOLE: View = { axis: 'step', window: series.extent('step'), width: 1_000, smoothing: 0.9 };

const loss: CurveSpec = {
  name: 'loss',
  hue: 'blue',
  source: { kind: 'steps', column: 'loss', smooths: true },
};
const rate: CurveSpec = {
  name: 'rate',
  hue: 'blue',
  source: { kind: 'steps', column: 'learning_rate', smooths: false },
};
const held: CurveSpec = {
  name: 'held',
  hue: 'blue',
  source: { kind: 'evaluations', value: (told) => told.held?.share, band: (told) => told.held },
};
/** Measured at some evaluations only. */
const rare: CurveSpec = {
  name: 'rare',
  hue: 'blue',
  source: { kind: 'evaluations', value: ({ step }) => (step % 12 === 0 ? step : undefined) },
};

describe('the points of a curve of steps', () => {
  it('are all of them where there is room', () => {
    const { line, raw, low, high } = pointsOf(rate, series, WHOLE);
    expect(line).toEqual(Array.from(STEPS, (x, index) => ({ x, y: part.steps.learning_rate![index] })));
    expect([raw, low, high]).toEqual([[], [], []]);
  });

  it('are the smoothed ones, over the raw ones', () => {
    const { line, raw } = pointsOf(loss, series, WHOLE);
    expect(raw.map(({ y }) => y)).toEqual([...LOSSES]);
    expect(line.map(({ x }) => x)).toEqual([...STEPS]);
    const smooth = series.smoothedColumn('loss', 0.9);
    expect(line.map(({ y }) => y)).toEqual(Array.from(STEPS, (_, index) => smooth.at(index)));
  });

  it('are the raw ones, once, without smoothing', () => {
    const { line, raw } = pointsOf(loss, series, { ...WHOLE, smoothing: 0 });
    expect(line.map(({ y }) => y)).toEqual([...LOSSES]);
    expect(raw).toEqual([]);
  });

  it('are few where there are few pixels, and keep the highest and the lowest', () => {
    const { line } = pointsOf(loss, series, { ...WHOLE, width: 10, smoothing: 0 });
    expect(line.length).toBeLessThanOrEqual(2 * 10 + 4);
    expect(line.length).toBeLessThan(STEPS.length);
    const values = line.map(({ y }) => y);
    expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...LOSSES), Math.max(...LOSSES)]);
  });

  it('are those of the window, with one beyond each edge so that lines go on', () => {
    const { line } = pointsOf(rate, series, { ...WHOLE, window: { from: 10, to: 12 } });
    expect(line.map(({ x }) => x)).toEqual([9, 10, 11, 12, 13]);
  });
});

describe('the points of a curve of evaluations', () => {
  const told = part.evaluations;

  it('are all of them, with their intervals', () => {
    const { line, raw, low, high } = pointsOf(held, series, WHOLE);
    expect(line).toEqual(told.map(({ step, held: share }) => ({ x: step, y: share!.share })));
    expect(low.map(({ y }) => y)).toEqual(told.map(({ held: share }) => share!.low));
    expect(high.map(({ y }) => y)).toEqual(told.map(({ held: share }) => share!.high));
    expect(raw).toEqual([]);
  });

  it('stand where they were measured, on every axis', () => {
    const time = pointsOf(held, series, { ...WHOLE, axis: 'time' }).line.map(({ x }) => x);
    expect(time).toEqual(told.map(({ time: at }) => (at - told[0]!.time) / 1_000));
    const epochs = pointsOf(held, series, { ...WHOLE, axis: 'epoch' }).line.map(({ x }) => x);
    expect(epochs).toEqual(told.map(({ epoch }) => epoch));
  });

  it('leave out evaluations that did not measure it, and have no interval where there is none', () => {
    const { line, low, high } = pointsOf(rare, series, WHOLE);
    expect(line.map(({ x }) => x)).toEqual(told.map(({ step }) => step).filter((step) => step % 12 === 0));
    expect(line.length).toBeLessThan(told.length);
    expect([low, high]).toEqual([[], []]);
  });
});

describe('the value near a place', () => {
  const near = (curve: CurveSpec, x: number, view: Partial<View> = {}) =>
    valueNear(curve, series, { ...WHOLE, ...view }, x);

  it('is that of the nearest step, also beyond both ends', () => {
    expect(near(loss, 7.4, { smoothing: 0 })).toBe(LOSSES[6]);
    expect(near(loss, 7.6, { smoothing: 0 })).toBe(LOSSES[7]);
    expect(near(loss, -1_000, { smoothing: 0 })).toBe(LOSSES[0]);
    expect(near(loss, 1e9, { smoothing: 0 })).toBe(LOSSES.at(-1));
  });

  it('is what is drawn: the smoothed value of a smoothed curve', () => {
    expect(near(loss, 50)).toBe(series.smoothedColumn('loss', 0.9).at(49));
    expect(near(rate, 50)).toBe(part.steps.learning_rate![49]);
  });

  it('is that of the nearest evaluation that measured it', () => {
    expect(near(rare, 20)).toBe(24);
    expect(near(rare, 17)).toBe(12);
    expect(near(held, 0)).toBe(part.evaluations[0]?.held?.share);
  });

  it('is none where nothing was measured', () => {
    const empty = new RunSeries();
    expect(valueNear(loss, empty, WHOLE, 5)).toBeUndefined();
    expect(valueNear(held, empty, WHOLE, 5)).toBeUndefined();
    expect(near({ ...rare, source: { kind: 'evaluations', value: () => undefined } }, 5)).toBeUndefined();
    expect(pointsOf(held, empty, WHOLE).line).toEqual([]);
  });
});
