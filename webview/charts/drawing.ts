import type { ChartView } from './chartView.ts';

/** Draws charts when the browser paints, those in sight first, never longer than a frame lets it. */
export interface Drawing {
  /** These need to be drawn anew. */
  invalidate(views: Iterable<ChartView>): void;
  /** The one the user is looking at is drawn first. */
  favour(view: ChartView): void;
}

/** Of the 16 ms of a frame; the browser needs the rest to paint. */
const BUDGET_MS = 8;

export function createDrawing(all: readonly ChartView[]): Drawing {
  const dirty = new Set<ChartView>();
  const inSight = new Set<ChartView>();
  const byElement = new Map<Element, ChartView>(all.map((view) => [view.element, view]));
  let favourite: ChartView | undefined;
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(draw);
  };
  const next = (): ChartView | undefined => {
    if (favourite !== undefined && dirty.has(favourite) && inSight.has(favourite)) return favourite;
    for (const view of dirty) if (inSight.has(view)) return view;
    return undefined;
  };
  const draw = (): void => {
    isAsked = false;
    const end = performance.now() + BUDGET_MS;
    // At least one, or nothing would ever be drawn on a slow machine.
    do {
      const view = next();
      if (view === undefined) return;
      dirty.delete(view);
      view.draw();
    } while (performance.now() < end);
    if (next() !== undefined) ask();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const view = byElement.get(target);
        if (view === undefined) continue;
        if (isIntersecting) inSight.add(view);
        else inSight.delete(view);
      }
      ask();
    },
    { rootMargin: '100px' },
  );
  for (const { element } of all) observer.observe(element);
  return {
    invalidate: (views) => {
      for (const view of views) dirty.add(view);
      ask();
    },
    favour: (view) => {
      favourite = view;
    },
  };
}
