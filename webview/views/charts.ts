import type { MarkView } from '../../src/protocol/panelMessages.ts';
import type { Window } from '../../src/runs/thinColumn.ts';
import { placeText } from '../charts/axisText.ts';
import { CHARTS } from '../charts/catalogue.ts';
import { ChartView, type ChartInput } from '../charts/chartView.ts';
import { createDrawing } from '../charts/drawing.ts';
import { listenToGestures } from '../charts/gestures.ts';
import { onThemeChange, readTheme, type Theme } from '../charts/theme.ts';
import { between, panned, zoomed } from '../charts/zoom.ts';
import { h } from '../dom.ts';
import type { PanelState } from '../state.ts';
import type { View } from './view.ts';

export interface ChartsListener {
  /** `window` undefined: all of it. */
  zoom(window: Window | undefined): void;
  /** What to say of the place under the cursor; '' where there is none. */
  point(text: string): void;
}

/** All charts, over one x axis. */
export function createCharts(initial: PanelState, listener: ChartsListener): View {
  let state = initial;
  let theme: Theme = readTheme();
  const input = (): ChartInput => ({ state, theme, window: windowOf(state), hover: undefined });
  const views = CHARTS.map((spec) => new ChartView(spec, input(), (view) => drawing.invalidate([view])));
  const drawing = createDrawing(views);
  const redraw = (): void => {
    const next = input();
    drawing.invalidate(views.filter((view) => view.accept(next)));
  };
  const hover = (x: number | undefined): void => {
    for (const view of views) view.hover(x);
    listener.point(x === undefined ? '' : pointText(state, x, windowOf(state)));
  };
  for (const view of views) {
    const change = (window: Window | undefined): void => {
      drawing.favour(view);
      listener.zoom(window);
    };
    const whole = (): Window => state.series.extent(state.preferences.x);
    listenToGestures(view, {
      hover,
      select: (from, to) => change(between(from, to, whole())),
      zoom: (factor, centre) => {
        const window = windowOf(state);
        change(zoomed(window, whole(), factor, centre ?? (window.from + window.to) / 2));
      },
      pan: (share) => change(panned(windowOf(state), whole(), share)),
      reset: () => change(undefined),
    });
  }
  onThemeChange(() => {
    theme = readTheme();
    redraw();
  });
  return {
    element: h('div', { class: 'charts' }, ...views.map(({ element }) => element)),
    update: (next) => {
      state = next;
      redraw();
    },
  };
}

function windowOf({ zoom, series, preferences }: PanelState): Window {
  return zoom ?? series.extent(preferences.x);
}

/** A mark nearer than this share of what is shown is under the cursor. */
const NEAR = 0.012;

function pointText({ series, preferences }: PanelState, x: number, { from, to }: Window): string {
  const near = series
    .placedMarks()
    .filter(({ place }) => Math.abs(place[preferences.x] - x) < NEAR * (to - from))
    .map(({ text }: MarkView) => text);
  return [placeText(preferences.x, x), ...near.slice(0, 2)].join(' — ');
}
