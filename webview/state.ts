import type { LostFactsView, RunView, ToPanel } from '../src/protocol/panelMessages.ts';
import type { Window } from '../src/runs/thinColumn.ts';
import { RunSeries, type XAxis } from './runSeries.ts';

/** How the user wants the curves; remembered over hiding, reload and restart. */
export interface Preferences {
  readonly x: XAxis;
  /** Weight of the past in the moving average of the curves of steps; 0: raw values only. */
  readonly smoothing: number;
  /** Losses on a logarithmic axis. */
  readonly log: boolean;
}

export const DEFAULTS: Preferences = { x: 'step', smoothing: 0.9, log: false };
export const SMOOTHINGS = [0, 0.6, 0.9, 0.97, 0.99] as const;

/** Everything the page shows. */
export interface PanelState {
  /** The run's folder; undefined before the host has spoken. */
  readonly folder: string | undefined;
  readonly run: RunView | undefined;
  readonly series: RunSeries;
  readonly facts: LostFactsView | undefined;
  /** Why there is no run to show. */
  readonly gone: string | undefined;
  readonly preferences: Preferences;
  /** What the charts show of the x axis; undefined: all of it. */
  readonly zoom: Window | undefined;
}

export function initialPanelState(remembered: unknown): PanelState {
  return {
    folder: folderIn(remembered),
    run: undefined,
    series: new RunSeries(),
    facts: undefined,
    gone: undefined,
    preferences: preferencesIn(remembered),
    zoom: undefined,
  };
}

/** The state after the host has said something. */
export function afterMessage(state: PanelState, message: ToPanel): PanelState {
  switch (message.type) {
    case 'snapshot': {
      const series = new RunSeries();
      series.append(message.series);
      return { ...state, folder: message.folder, run: message.run, series, gone: undefined };
    }
    case 'changed':
      // What is new only means something to a page that has what was before.
      if (state.run === undefined) return state;
      state.series.append(message.series);
      return { ...state, run: message.run, gone: undefined };
    case 'facts':
      return { ...state, facts: message.facts };
    case 'gone':
      return { ...state, folder: message.folder, gone: message.message };
  }
}

/** What is worth remembering of a state; JSON. */
export function memoryOf({ folder, preferences }: PanelState): unknown {
  return { folder, preferences };
}

const KINDS: ReadonlySet<string> = new Set(['snapshot', 'changed', 'facts', 'gone']);

/** Whether something that arrived is a message of our host: pages receive others as well. */
export function isFromHost(data: unknown): data is ToPanel {
  return typeof data === 'object' && data !== null && 'type' in data && KINDS.has(String(data.type));
}

function folderIn(remembered: unknown): string | undefined {
  if (typeof remembered !== 'object' || remembered === null || !('folder' in remembered)) return undefined;
  return typeof remembered.folder === 'string' ? remembered.folder : undefined;
}

/** An older version may have remembered something else. */
function preferencesIn(remembered: unknown): Preferences {
  if (typeof remembered !== 'object' || remembered === null || !('preferences' in remembered))
    return DEFAULTS;
  const said = remembered.preferences as Partial<Record<keyof Preferences, unknown>> | null;
  const { x, smoothing, log } = said ?? {};
  return {
    x: x === 'epoch' || x === 'time' || x === 'step' ? x : DEFAULTS.x,
    smoothing: SMOOTHINGS.find((known) => known === smoothing) ?? DEFAULTS.smoothing,
    log: log === true,
  };
}
