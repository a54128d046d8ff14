import { nearestIndex, thinColumn, type ChartPoint, type Window } from '../../src/runs/thinColumn.ts';
import type { RunSeries, XAxis } from '../runSeries.ts';
import type { CurveSpec } from './spec.ts';

/** What a curve is drawn from: few enough points for the pixels there are. */
export interface CurvePoints {
  /** The line; of a smoothed curve the smoothed values. */
  readonly line: readonly ChartPoint[];
  /** Raw values under a smoothed line. */
  readonly raw: readonly ChartPoint[];
  readonly low: readonly ChartPoint[];
  readonly high: readonly ChartPoint[];
}

export interface View {
  readonly axis: XAxis;
  readonly window: Window;
  /** CSS pixels. */
  readonly width: number;
  readonly smoothing: number;
}

/** The points of a curve as a chart of this width and window needs them. Pure but for the series' own caches. */
export function pointsOf({ source }: CurveSpec, series: RunSeries, view: View): CurvePoints {
  if (source.kind === 'steps') {
    const xs = series.axis(view.axis);
    const raw = thinColumn(xs, series.column(source.column), view.window, view.width);
    if (!source.smooths || view.smoothing === 0) return { line: raw, raw: [], low: [], high: [] };
    const smooth = series.smoothedColumn(source.column, view.smoothing);
    return { line: thinColumn(xs, smooth, view.window, view.width), raw, low: [], high: [] };
  }
  const { value, band } = source;
  const places = series.evaluations.map((evaluation) => ({ x: evaluation.place[view.axis], evaluation }));
  const pick = (
    read: (evaluation: (typeof places)[number]['evaluation']) => number | undefined,
  ): ChartPoint[] =>
    places.flatMap(({ x, evaluation }) => {
      const y = read(evaluation);
      return y === undefined ? [] : [{ x, y }];
    });
  return {
    line: pick(value),
    raw: [],
    low: band === undefined ? [] : pick((evaluation) => band(evaluation)?.low),
    high: band === undefined ? [] : pick((evaluation) => band(evaluation)?.high),
  };
}

/** The value of a curve nearest to a place on the axis; undefined where there is none. */
export function valueNear(
  { source }: CurveSpec,
  series: RunSeries,
  { axis, smoothing }: Pick<View, 'axis' | 'smoothing'>,
  x: number,
): number | undefined {
  if (source.kind === 'steps') {
    const xs = series.axis(axis);
    const column =
      source.smooths && smoothing > 0
        ? series.smoothedColumn(source.column, smoothing)
        : series.column(source.column);
    const index = nearestIndex(xs, x);
    return index < 0 ? undefined : column.at(index);
  }
  const known = series.evaluations.filter((evaluation) => source.value(evaluation) !== undefined);
  const evaluation =
    known[nearestIndex({ length: known.length, at: (index) => known[index]?.place[axis] ?? 0 }, x)];
  return evaluation === undefined ? undefined : source.value(evaluation);
}
