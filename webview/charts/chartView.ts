import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type ChartOptions,
} from 'chart.js';
import type { ChartPoint, Window } from '../../src/runs/thinColumn.ts';
import { h, setText } from '../dom.ts';
import type { PanelState } from '../state.ts';
import { tickText } from './axisText.ts';
import { chartSummary } from './chartSummary.ts';
import { pointsOf, valueNear, type View } from './curvePoints.ts';
import { marksPlugin } from './marksPlugin.ts';
import type { ChartSpec, CurveSpec } from './spec.ts';
import { DASHES, faint, type Theme } from './theme.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

/** What a chart is drawn with. */
export interface ChartInput {
  readonly state: PanelState;
  readonly window: Window;
  readonly theme: Theme;
  /** Where the pointer, or the keyboard, is on the x axis; undefined: nowhere. */
  readonly hover: number | undefined;
}

type Dataset = ChartDataset<'line', ChartPoint[]>;

/** All charts have the same plot area, so that what stands above each other happened at the same time. */
const AXIS_WIDTH = 58;

/** One chart: a figure with a title, a legend that tells values, and a canvas. */
export class ChartView {
  readonly element: HTMLElement;
  readonly canvas = h('canvas');
  /** Where the pointer is, drawn over the canvas instead of into it: moving it costs nothing. */
  private readonly cursor = h('div', { class: 'cursor', hidden: true });
  private readonly legend = h('div', { class: 'legend' });
  private readonly summary = h('p', { class: 'unseen' });
  private readonly hidden = new Set<string>();
  private readonly items = new Map<string, { button: HTMLButtonElement; value: HTMLElement }>();
  private input: ChartInput;
  /** Made when it is first drawn: most charts are out of sight when a panel opens. */
  private made: Chart<'line', ChartPoint[]> | undefined;

  constructor(
    readonly spec: ChartSpec,
    input: ChartInput,
    private readonly onToggle: (view: ChartView) => void,
  ) {
    this.input = input;
    const plot = h('div', { class: 'plot' }, this.canvas, this.cursor);
    const heading = h('h3', { title: spec.hint }, spec.title);
    this.element = h(
      'figure',
      { class: 'chart' },
      h('figcaption', {}, heading, this.legend),
      plot,
      this.summary,
    );
    this.element.id = `chart-${spec.id}`;
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', `${spec.title}. ${spec.hint}`);
    this.canvas.setAttribute('aria-hidden', 'true');
  }

  /** Takes a new input without drawing; whether there is anything to show. */
  accept(input: ChartInput): boolean {
    this.input = input;
    const isEmpty = this.curves().length === 0;
    this.element.hidden = isEmpty;
    return !isEmpty;
  }

  /** Draws the curves anew. */
  draw(): void {
    const { state, window, theme } = this.input;
    const view: View = {
      axis: state.preferences.x,
      window,
      width: Math.max(100, this.canvas.clientWidth - AXIS_WIDTH),
      smoothing: state.preferences.smoothing,
    };
    const curves = this.curves();
    const chart = this.chart();
    chart.data.datasets = curves
      .filter(({ name }) => !this.hidden.has(name))
      .flatMap((curve) => datasetsOf(curve, pointsOf(curve, state.series, view), theme));
    chart.options = this.options();
    chart.update('none');
    this.drawLegend(curves);
    setText(this.summary, chartSummary(this.spec, curves, state));
    this.showCursor();
  }

  /** Moves the cursor and its values, without drawing. */
  hover(x: number | undefined): void {
    this.input = { ...this.input, hover: x };
    this.showCursor();
    this.drawLegend(this.curves());
  }

  /** The place on the x axis under a point of the page; undefined outside the plot. */
  placeAt(clientX: number): number | undefined {
    const { left } = this.canvas.getBoundingClientRect();
    const { chartArea, scales } = this.chart();
    const pixel = clientX - left;
    if (pixel < chartArea.left || pixel > chartArea.right) return undefined;
    return scales.x?.getValueForPixel(pixel);
  }

  /** CSS pixels of the plot. */
  plotArea(): { readonly left: number; readonly right: number } {
    return this.chart().chartArea;
  }

  private chart(): Chart<'line', ChartPoint[]> {
    const { spec } = this;
    return (this.made ??= new Chart<'line', ChartPoint[]>(this.canvas, {
      type: 'line',
      data: { datasets: [] },
      options: this.options(),
      plugins: [
        marksPlugin({
          marks: () => (spec.hasMarks === true ? this.input.state.series.placedMarks() : []),
          axis: () => this.input.state.preferences.x,
          theme: () => this.input.theme,
          limit: () => spec.limit?.(this.input.state),
        }),
      ],
    }));
  }

  private curves(): readonly CurveSpec[] {
    return this.spec.curves(this.input.state);
  }

  private showCursor(): void {
    const { hover, window } = this.input;
    const isInside = hover !== undefined && hover >= window.from && hover <= window.to;
    this.cursor.hidden = !isInside;
    const x = hover === undefined ? undefined : this.made?.scales.x?.getPixelForValue(hover);
    if (isInside && x !== undefined) this.cursor.style.transform = `translateX(${Math.round(x)}px)`;
  }

  /** Legend, switch and read-out in one: a curve's name hides it, its value is that at the cursor, else the last one. */
  private drawLegend(curves: readonly CurveSpec[]): void {
    const key = curves.map(({ name }) => name).join('\n');
    if (this.legend.dataset.key !== key) {
      this.legend.dataset.key = key;
      this.items.clear();
      this.legend.replaceChildren(...curves.map((curve) => this.legendItem(curve)));
    }
    const { state, hover, window } = this.input;
    const view = { axis: state.preferences.x, smoothing: state.preferences.smoothing };
    for (const curve of curves) {
      const item = this.items.get(curve.name);
      const value = valueNear(curve, state.series, view, hover ?? window.to);
      if (item !== undefined) setText(item.value, value === undefined ? '' : textOf(this.spec, value));
    }
  }

  private legendItem(curve: CurveSpec): HTMLElement {
    const swatch = h('span', { class: `swatch ${curve.hue}` });
    const value = h('span', { class: 'value' });
    const button = h(
      'button',
      { class: 'curve', title: `Show or hide ${curve.name}` },
      swatch,
      curve.name,
      value,
    );
    button.type = 'button';
    button.setAttribute('aria-pressed', String(!this.hidden.has(curve.name)));
    button.addEventListener('click', () => {
      if (!this.hidden.delete(curve.name)) this.hidden.add(curve.name);
      button.setAttribute('aria-pressed', String(!this.hidden.has(curve.name)));
      this.onToggle(this);
    });
    this.items.set(curve.name, { button, value });
    return button;
  }

  private options(): ChartOptions<'line'> {
    const { state, window, theme } = this.input;
    const { spec } = this;
    const isLog = spec.canLog === true && state.preferences.log;
    const ticks = { color: theme.text, font: { family: theme.font, size: 11 }, maxRotation: 0 };
    const atLeast = spec.atLeast?.(state);
    return {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 12, right: 10 } },
      elements: { line: { borderWidth: 1.6 }, point: { radius: 0, hitRadius: 0 } },
      scales: {
        x: {
          type: 'linear',
          min: window.from,
          max: window.to,
          grid: { display: false },
          border: { color: theme.grid },
          ticks: {
            ...ticks,
            maxTicksLimit: 7,
            includeBounds: false,
            callback: (value) => tickText(state.preferences.x, Number(value)),
          },
        },
        y: {
          type: isLog ? 'logarithmic' : 'linear',
          ...(spec.from === undefined || isLog ? {} : { min: spec.from }),
          ...(spec.to === undefined ? {} : { max: spec.to }),
          ...(atLeast === undefined ? {} : { suggestedMax: atLeast }),
          grid: { color: theme.grid, lineWidth: 0.6 },
          border: { display: false },
          ticks: {
            ...ticks,
            maxTicksLimit: 5,
            callback: (value) => (spec.tick ?? spec.format)(Number(value)),
          },
          afterFit: (scale) => {
            scale.width = AXIS_WIDTH;
          },
        },
      },
    };
  }
}

function textOf(spec: ChartSpec, value: number): string {
  return Number.isFinite(value) ? spec.format(value) : 'NaN';
}

function datasetsOf(
  curve: CurveSpec,
  { line, raw, low, high }: ReturnType<typeof pointsOf>,
  theme: Theme,
): Dataset[] {
  const colour = theme.colour(curve.hue);
  const dots = curve.source.kind === 'evaluations' ? { pointRadius: 2.2, pointBackgroundColor: colour } : {};
  const main: Dataset = {
    data: [...line],
    borderColor: colour,
    borderDash: [...DASHES[curve.hue]],
    pointBorderWidth: 0,
    // Dots at the very top and bottom are whole; what lies outside the window is not shown.
    clip: { left: 2, right: 2, top: 5, bottom: 5 },
    ...dots,
  };
  const bands: Dataset[] =
    low.length === 0
      ? []
      : [
          { data: [...low], borderWidth: 0, pointRadius: 0 },
          {
            data: [...high],
            borderWidth: 0,
            pointRadius: 0,
            fill: '-1',
            backgroundColor: faint(colour, 0.16),
          },
        ];
  const under: Dataset[] =
    raw.length === 0 ? [] : [{ data: [...raw], borderColor: faint(colour, 0.3), borderWidth: 1 }];
  return [...bands, ...under, main];
}
