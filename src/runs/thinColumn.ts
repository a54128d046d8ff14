import type { MinMaxColumn } from './minMaxColumn.ts';

/** A point of a chart; `y` NaN is a gap. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** What is looked at, in units of x; both ends belong to it. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Numbers that never fall, by index. */
export interface Rising {
  readonly length: number;
  at(index: number): number;
}

/**
 * The points of a curve as a chart of `pixels` width needs them: every point where they are few, else of every pixel column its
 * lowest and highest in their order, so that a spike of one step is there at every zoom. At most two points a pixel, and the
 * nearest ones outside the window, so that lines run on to the edges. Costs by the pixel, not by the point.
 */
export function thinColumn(xs: Rising, ys: MinMaxColumn, { from, to }: Window, pixels: number): ChartPoint[] {
  const end = Math.min(xs.length, ys.length);
  const first = Math.max(0, lowerBound(xs, from, 0, end) - 1);
  const last = Math.min(end, lowerBound(xs, to, first, end) + 2);
  if (last - first <= 2 * pixels) return everyPoint(xs, ys, first, last);
  const points: ChartPoint[] = [];
  const inside = Math.min(end, first + 1);
  pushStretch(points, xs, ys, first, inside);
  let at = inside;
  for (let pixel = 1; pixel <= pixels && at < last; pixel++) {
    const edge = from + ((to - from) * pixel) / pixels;
    const next = pixel === pixels ? Math.max(at, last - 1) : lowerBound(xs, edge, at, last);
    pushStretch(points, xs, ys, at, next);
    at = next;
  }
  pushStretch(points, xs, ys, at, last);
  return points;
}

function everyPoint(xs: Rising, ys: MinMaxColumn, first: number, last: number): ChartPoint[] {
  const points: ChartPoint[] = [];
  for (let index = first; index < last; index++) points.push({ x: xs.at(index), y: ys.at(index) });
  return points;
}

/** The lowest and the highest from `from` to before `to`, in their order; a gap where there is no number. */
function pushStretch(points: ChartPoint[], xs: Rising, ys: MinMaxColumn, from: number, to: number): void {
  if (from >= to) return;
  const extremes = ys.extremes(from, to);
  if (extremes === undefined) {
    points.push({ x: xs.at(from), y: NaN });
    return;
  }
  const { low, high } = extremes;
  const [one, other] = low < high ? [low, high] : [high, low];
  points.push({ x: xs.at(one), y: ys.at(one) });
  if (other !== one) points.push({ x: xs.at(other), y: ys.at(other) });
}

/** The first index from `low` to before `high` whose value is at least `wanted`; `high` if there is none. */
export function lowerBound(values: Rising, wanted: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values.at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the value nearest to `wanted`; -1 of none. */
export function nearestIndex(values: Rising, wanted: number): number {
  const after = lowerBound(values, wanted, 0, values.length);
  if (after === 0) return values.length === 0 ? -1 : 0;
  if (after === values.length) return after - 1;
  return wanted - values.at(after - 1) <= values.at(after) - wanted ? after - 1 : after;
}
