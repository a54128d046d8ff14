import { escapeHtml } from './html.ts';
import { thin, type Point } from './thin.ts';
import { niceTicks, tickText } from './ticks.ts';

/** One curve; `band` is drawn behind it. `hue` picks colour and dash, so that curves differ without colour too. */
export interface Curve {
  readonly name: string;
  readonly hue: number;
  readonly points: readonly Point[];
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  readonly isFaint?: boolean;
  /** Mark every point: evaluations are few. */
  readonly hasDots?: boolean;
}

/** A line across the chart, or down it, with its name. */
export interface Mark {
  readonly name: string;
  readonly at: number;
  readonly axis: 'x' | 'y';
}

export interface Chart {
  readonly title: string;
  /** What it shows, in words: for readers who cannot see it. */
  readonly summary: string;
  readonly xName: string;
  readonly yName: string;
  readonly curves: readonly Curve[];
  readonly marks?: readonly Mark[];
  /** Fixed ends; else those of the curves. */
  readonly yFrom?: number;
  readonly yTo?: number;
}

const WIDTH = 560;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 42;
/** Points of a curve: more than the pixels there are show nothing. */
const MOST_POINTS = 800;
export const HUES = 6;

/** A chart as inline SVG with its legend: complete without a script. */
export function chartHtml(chart: Chart, id: string): string {
  const { title, summary, curves, marks = [] } = chart;
  const shown = curves.map((curve) => ({ ...curve, points: thin(curve.points, MOST_POINTS) }));
  const frame = frameOf(chart, shown);
  const parts = [
    ...gridParts(chart, frame),
    ...marks.map((mark) => markPart(mark, frame)),
    ...shown.map((curve) => bandPart(curve, frame)),
    ...shown.map((curve) => linePart(curve, frame)),
  ];
  const legend = shown
    .filter(({ isFaint }) => isFaint !== true)
    .map(({ name, hue }) => `<li><i class="key h${hue % HUES}"></i>${escapeHtml(name)}</li>`);
  return [
    `<figure><figcaption id="${id}-t">${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d"><desc id="${id}-d">${escapeHtml(summary)}</desc>`,
    ...parts,
    `</svg><ul class="legend">${legend.join('')}</ul></figure>`,
  ].join('\n');
}

interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

function frameOf({ yFrom, yTo, marks = [] }: Chart, curves: readonly Curve[]): Frame {
  const xs = curves.flatMap(({ points }) => points.map(([x]) => x));
  const ys = curves.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, low, high]) => [low, high]),
  ]);
  const limits = marks.filter(({ axis }) => axis === 'y').map(({ at }) => at);
  const [x0, x1] = extent(xs);
  const [low, high] = extent([...ys, ...limits]);
  const y0 = yFrom ?? low;
  const y1 = yTo ?? (high > y0 ? high : y0 + 1);
  return {
    x: (value) => LEFT + ((value - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT),
    y: (value) => TOP + (1 - (value - y0) / (y1 - y0 || 1)) * (HEIGHT - TOP - BOTTOM),
    xTicks: niceTicks(x0, x1, 8),
    yTicks: niceTicks(y0, y1, 5),
  };
}

function gridParts({ xName, yName }: Chart, { x, y, xTicks, yTicks }: Frame): string[] {
  const bottom = HEIGHT - BOTTOM;
  return [
    ...yTicks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text class="tick" x="${LEFT - 7}" y="${at(y(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    ),
    ...xTicks.map(
      (tick) =>
        `<text class="tick" x="${at(x(tick))}" y="${bottom + 17}" text-anchor="middle">${tickText(tick)}</text>`,
    ),
    `<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(xName)}</text>`,
    `<text class="axis" transform="translate(13 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yName)}</text>`,
  ];
}

function markPart({ name, at: value, axis }: Mark, { x, y }: Frame): string {
  const text = escapeHtml(name);
  if (axis === 'y')
    return `<line class="mark" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="tick" x="${WIDTH - RIGHT}" y="${at(y(value) - 4)}" text-anchor="end">${text}</text>`;
  return `<line class="mark" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="${at(x(value))}" x2="${at(x(value))}"/><text class="tick" x="${at(x(value) + 4)}" y="${HEIGHT - BOTTOM - 6}">${text}</text>`;
}

function bandPart({ band = [], hue }: Curve, { x, y }: Frame): string {
  if (band.length < 2) return '';
  const upper = band.map(([at_, , high]) => `${at(x(at_))},${at(y(high))}`);
  const lower = band.map(([at_, low]) => `${at(x(at_))},${at(y(low))}`).reverse();
  return `<polygon class="band h${hue % HUES}" points="${[...upper, ...lower].join(' ')}"/>`;
}

function linePart({ points, hue, name, isFaint, hasDots }: Curve, { x, y }: Frame): string {
  if (points.length === 0) return '';
  const line = points.map(([px, py]) => `${at(x(px))},${at(y(py))}`).join(' ');
  const dots = points.map(
    ([px, py]) =>
      `<circle class="dot h${hue % HUES}" cx="${at(x(px))}" cy="${at(y(py))}" r="2.6"><title>${escapeHtml(`${name}: ${tickText(Number(py.toPrecision(4)))} at ${tickText(Number(px.toPrecision(4)))}`)}</title></circle>`,
  );
  const kind = isFaint === true ? 'faint' : 'line';
  return `<polyline class="${kind} h${hue % HUES}" points="${line}"/>${hasDots === true ? dots.join('') : ''}`;
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 1] : [low, high];
}

function at(value: number): string {
  return value.toFixed(1);
}
