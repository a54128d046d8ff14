import { thinColumn, type ChartPoint, type Window } from '../../src/runs/thinColumn.ts';
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
    const index = nearest(xs.length, (at) => xs.at(at), x);
    return index === undefined ? undefined : column.at(index);
  }
  const known = series.evaluations.filter((evaluation) => source.value(evaluation) !== undefined);
  const index = nearest(known.length, (at) => known[at]?.place[axis] ?? 0, x);
  const evaluation = index === undefined ? undefined : known[index];
  return evaluation === undefined ? undefined : source.value(evaluation);
}

/** The index of the value nearest to `wanted` among rising ones. */
function nearest(length: number, at: (index: number) => number, wanted: number): number | undefined {
  if (length === 0) return undefined;
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - at(low - 1) <= at(low) - wanted ? low - 1 : low;
}
