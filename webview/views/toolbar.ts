import { h, setText } from '../dom.ts';
import { SMOOTHINGS, type PanelState, type Preferences } from '../state.ts';
import type { XAxis } from '../runSeries.ts';
import { placeText } from '../charts/axisText.ts';
import type { View } from './view.ts';

export interface ToolbarListener {
  prefer(change: Partial<Preferences>): void;
  resetZoom(): void;
}

export interface Toolbar extends View {
  /** Says where the cursor is, and what happened there. */
  point(text: string): void;
}

const AXES: readonly { readonly value: XAxis; readonly text: string }[] = [
  { value: 'step', text: 'Step' },
  { value: 'epoch', text: 'Epoch' },
  { value: 'time', text: 'Time' },
];
const SMOOTHING_TEXTS = ['Raw', 'Smooth 0.6', 'Smooth 0.9', 'Smooth 0.97', 'Smooth 0.99'];

/** How the curves are drawn, for all of them at once. */
export function createToolbar(listener: ToolbarListener): Toolbar {
  const axis = select('X axis', AXES, (value) => listener.prefer({ x: value as XAxis }));
  const smoothing = select(
    'Smoothing',
    SMOOTHINGS.map((keep, index) => ({ value: String(keep), text: SMOOTHING_TEXTS[index] ?? String(keep) })),
    (value) => listener.prefer({ smoothing: Number(value) }),
  );
  const log = h('vscode-checkbox', {}, 'Log scale');
  log.addEventListener('change', () => listener.prefer({ log: log.checked }));
  const reset = h(
    'vscode-button',
    { title: 'Show everything (double-click, Escape)', hidden: true },
    'Reset Zoom',
  );
  reset.secondary = true;
  reset.addEventListener('click', () => listener.resetZoom());
  const pointed = h('span', { class: 'pointed' });
  const help = h(
    'span',
    { class: 'help' },
    'Drag to zoom; Shift+wheel pans, Ctrl+wheel zooms; with a chart focused: arrows, +, −, 0.',
  );
  const element = h(
    'div',
    { class: 'toolbar', role: 'toolbar', label: 'Curves' },
    axis,
    smoothing,
    log,
    reset,
    pointed,
    help,
  );
  return {
    element,
    update: ({ preferences, zoom, series }: PanelState) => {
      element.hidden = series.axis('step').length === 0 && series.evaluations.length === 0;
      if (axis.value !== preferences.x) axis.value = preferences.x;
      if (smoothing.value !== String(preferences.smoothing)) smoothing.value = String(preferences.smoothing);
      log.checked = preferences.log;
      reset.hidden = zoom === undefined;
      help.hidden = zoom !== undefined;
      if (zoom !== undefined)
        reset.textContent = `Reset Zoom (${placeText(preferences.x, zoom.from)} to ${placeText(preferences.x, zoom.to)})`;
    },
    point: (text) => {
      setText(pointed, text);
      help.classList.toggle('behind', text !== '');
    },
  };
}

type Select = HTMLElementTagNameMap['vscode-single-select'];

function select(
  label: string,
  options: readonly { readonly value: string; readonly text: string }[],
  onChange: (value: string) => void,
): Select {
  const element = h('vscode-single-select', { label, title: label });
  for (const { value, text } of options) {
    const option = h('vscode-option', {}, text);
    option.value = value;
    element.append(option);
  }
  element.addEventListener('change', () => onChange(element.value));
  return element;
}
