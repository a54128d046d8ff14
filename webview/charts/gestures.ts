import type { ChartView } from './chartView.ts';

/** What a user does with a chart, in places on the x axis. */
export interface GestureListener {
  hover(x: number | undefined): void;
  select(from: number, to: number): void;
  /** `factor` below 1: closer. */
  zoom(factor: number, centre: number | undefined): void;
  /** A share of what is shown; above 0: later. */
  pan(share: number): void;
  reset(): void;
}

const WHEEL_ZOOM = 1.0015;
const KEY_PAN = 0.2;
const KEY_ZOOM = 1.5;
/** A shorter drag is a click. */
const MIN_DRAG_PX = 5;

/** Listens to pointer, wheel and keys of a chart. Dragging selects, Ctrl or Cmd with the wheel zooms, Shift with the wheel pans. */
export function listenToGestures(view: ChartView, listener: GestureListener): void {
  listenToPointer(view, listener);
  const { element, canvas } = view;
  canvas.addEventListener('dblclick', () => listener.reset());
  canvas.addEventListener(
    'wheel',
    (event) => {
      const isPan = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      // Without a key the wheel scrolls the page: there are many charts in it.
      if (!isPan && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const delta = event.deltaX !== 0 ? event.deltaX : event.deltaY;
      if (isPan) listener.pan(delta / Math.max(1, canvas.clientWidth));
      else listener.zoom(WHEEL_ZOOM ** event.deltaY, view.placeAt(event.clientX));
    },
    { passive: false },
  );
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = KEYS[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action(listener);
  });
}

const KEYS: Readonly<Record<string, ((listener: GestureListener) => void) | undefined>> = {
  ArrowLeft: (listener) => listener.pan(-KEY_PAN),
  ArrowRight: (listener) => listener.pan(KEY_PAN),
  '+': (listener) => listener.zoom(1 / KEY_ZOOM, undefined),
  '=': (listener) => listener.zoom(1 / KEY_ZOOM, undefined),
  '-': (listener) => listener.zoom(KEY_ZOOM, undefined),
  '0': (listener) => listener.reset(),
  Escape: (listener) => listener.reset(),
};

function listenToPointer(view: ChartView, listener: GestureListener): void {
  const { canvas } = view;
  const selection = document.createElement('div');
  selection.className = 'selection';
  selection.hidden = true;
  canvas.parentElement?.append(selection);
  let start: { x: number; place: number } | undefined;
  const show = (clientX: number): void => {
    if (start === undefined) return;
    const { left } = canvas.getBoundingClientRect();
    const area = view.plotArea();
    const [one, other] = [start.x - left, clientX - left].map((x) =>
      Math.min(Math.max(x, area.left), area.right),
    );
    selection.hidden = Math.abs(clientX - start.x) < MIN_DRAG_PX;
    selection.style.left = `${Math.min(one ?? 0, other ?? 0)}px`;
    selection.style.width = `${Math.abs((other ?? 0) - (one ?? 0))}px`;
  };
  canvas.addEventListener('pointerdown', (event) => {
    const place = view.placeAt(event.clientX);
    if (event.button !== 0 || place === undefined) return;
    start = { x: event.clientX, place };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    listener.hover(view.placeAt(event.clientX));
    show(event.clientX);
  });
  canvas.addEventListener('pointerup', (event) => {
    const begun = start;
    start = undefined;
    selection.hidden = true;
    if (begun === undefined || Math.abs(event.clientX - begun.x) < MIN_DRAG_PX) return;
    const { left } = canvas.getBoundingClientRect();
    const area = view.plotArea();
    const end = Math.min(Math.max(event.clientX, left + area.left), left + area.right);
    const place = view.placeAt(end);
    if (place !== undefined) listener.select(begun.place, place);
  });
  canvas.addEventListener('pointercancel', () => {
    start = undefined;
    selection.hidden = true;
  });
  canvas.addEventListener('pointerleave', () => listener.hover(undefined));
}
