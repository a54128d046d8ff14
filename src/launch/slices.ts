import type { Disposable } from '../base/emitter.ts';

/** Work that is done a little at a time, because others share this process. */
export interface Slices extends Disposable {
  /**
   * @param piece does a little (a millisecond or two) and returns whether there is more to do; must not throw
   * @param isUrgent before what is waiting already
   */
  readonly add: (piece: () => boolean, isUrgent?: boolean) => void;
}

/** @param budgetMs how long it works before it lets others in */
export function createSlices(budgetMs = 8): Slices {
  let waiting: (() => boolean)[] = [];
  let next: NodeJS.Immediate | undefined;
  let isClosed = false;
  const work = (): void => {
    next = undefined;
    const end = performance.now() + budgetMs;
    while (performance.now() < end) {
      const piece = waiting.shift();
      if (piece === undefined) return;
      // What has more to do goes to the back, so that a long file does not keep the short ones waiting.
      if (piece() && !isClosed) waiting.push(piece);
    }
    goOn();
  };
  const goOn = (): void => {
    if (waiting.length > 0 && !isClosed) next ??= setImmediate(work);
  };
  return {
    add: (piece, isUrgent = false) => {
      if (isUrgent) waiting.unshift(piece);
      else waiting.push(piece);
      goOn();
    },
    dispose: () => {
      isClosed = true;
      waiting = [];
      if (next !== undefined) clearImmediate(next);
    },
  };
}
