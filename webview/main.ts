import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { h, setText } from './dom.ts';
import { acquireHost } from './host.ts';
import { afterMessage, initialPanelState, isFromHost, memoryOf, type PanelState } from './state.ts';
import { createAnnouncer } from './views/announcer.ts';
import { createCharts } from './views/charts.ts';
import { createDetails } from './views/details.ts';
import { createFacts } from './views/facts.ts';
import { createHeader } from './views/header.ts';
import { createTiles } from './views/tiles.ts';
import { createToolbar } from './views/toolbar.ts';

/** Composition root of the panel's page: message -> state -> views. */
const host = acquireHost();
window.addEventListener('error', ({ message, error }) => {
  const trace = error instanceof Error ? error.stack : undefined;
  host.postMessage({ type: 'failed', message: (trace ?? message).slice(0, 4_000) });
});

let state = initialPanelState(host.getState());
const change = (next: PanelState): void => {
  state = next;
  host.setState(memoryOf(state));
  show();
};

const toolbar = createToolbar({
  // Another axis has other places: a zoom would mean nothing on it.
  prefer: (wanted) => {
    const zoom = wanted.x === undefined ? state.zoom : undefined;
    change({ ...state, preferences: { ...state.preferences, ...wanted }, zoom });
  },
  resetZoom: () => change({ ...state, zoom: undefined }),
});
const charts = createCharts(state, {
  zoom: (zoom) => change({ ...state, zoom }),
  point: (text) => toolbar.point(text),
});
const views = [
  createHeader((action) => host.postMessage({ type: 'act', action })),
  createAnnouncer(),
  createTiles(),
  toolbar,
  charts,
  createFacts(),
  createDetails((step) => host.postMessage({ type: 'revealCheckpoint', step })),
];
const waiting = h('p', { class: 'waiting' }, 'Reading the run …');
const page = h('main', { hidden: true }, ...views.map(({ element }) => element));
document.getElementById('panel')?.append(waiting, page);

function show(): void {
  waiting.hidden = state.run !== undefined && state.gone === undefined;
  if (state.gone !== undefined) setText(waiting, state.gone);
  page.hidden = state.run === undefined;
  page.classList.toggle('stale', state.gone !== undefined);
  for (const view of views) view.update(state);
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isFromHost(data)) return;
  change(afterMessage(state, data));
  // Two frames on, what this one has drawn is on the screen.
  if (data.type === 'snapshot')
    requestAnimationFrame(() => requestAnimationFrame(() => host.postMessage({ type: 'drawn' })));
});
host.postMessage({ type: 'ready' });
