import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OnProgress, Watch } from './finder.ts';

/** Lets a long search be followed and stopped, and others get a word in. */
export interface Pace {
  readonly signal: AbortSignal;
  /** To be awaited every few milliseconds of work. Rejects when the search is not wanted any more. */
  readonly breathe: () => Promise<void>;
  /** May be called as often as one likes. */
  readonly onProgress: OnProgress;
}

const SLICE_MS = 12;
const PROGRESS_MS = 100;

export function createPace({ signal, onProgress }: Watch): Pace {
  let breathedAt = performance.now();
  let toldAt = breathedAt;
  return {
    signal,
    breathe: async () => {
      signal.throwIfAborted();
      if (performance.now() - breathedAt < SLICE_MS) return;
      await nextTurn();
      breathedAt = performance.now();
      signal.throwIfAborted();
    },
    onProgress: (done, total) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      onProgress(done, total);
    },
  };
}
