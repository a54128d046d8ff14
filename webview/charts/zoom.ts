import type { Window } from '../../src/runs/thinColumn.ts';

/** Zooming and panning as functions of windows; `whole` is all there is. Pure. */

/** The window `factor` times as wide around `centre`, inside `whole`; undefined where that is all of it. */
export function zoomed(window: Window, whole: Window, factor: number, centre: number): Window | undefined {
  const from = centre - (centre - window.from) * factor;
  const to = centre + (window.to - centre) * factor;
  return clamped({ from, to }, whole);
}

/** The window moved by a share of its width. */
export function panned(window: Window, whole: Window, share: number): Window | undefined {
  const by = share * (window.to - window.from);
  const room = by < 0 ? whole.from - window.from : whole.to - window.to;
  const moved = by < 0 ? Math.max(by, room) : Math.min(by, room);
  return clamped({ from: window.from + moved, to: window.to + moved }, whole);
}

/** The window between two places, in whichever order. */
export function between(one: number, other: number, whole: Window): Window | undefined {
  return clamped({ from: Math.min(one, other), to: Math.max(one, other) }, whole);
}

/** A millionth: closer than that there is nothing to see, and numbers run out. */
const NARROWEST = 1e-6;

function clamped({ from, to }: Window, whole: Window): Window | undefined {
  const width = whole.to - whole.from;
  const left = Math.max(from, whole.from);
  const right = Math.min(to, whole.to);
  if (right - left < NARROWEST * width) {
    const narrow = NARROWEST * width;
    const start = Math.min(Math.max((from + to - narrow) / 2, whole.from), whole.to - narrow);
    return { from: start, to: start + narrow };
  }
  return right - left >= width * (1 - 1e-9) ? undefined : { from: left, to: right };
}
