import type { Disposable } from '../base/emitter.ts';

/** Calls somebody once, at the earliest of the times that were asked for; a process does not stay for it. */
export interface Wake extends Disposable {
  /** @param ms from now */
  readonly in: (ms: number) => void;
}

export function createWake(call: () => void): Wake {
  let timer: NodeJS.Timeout | undefined;
  let at = Infinity;
  const stop = (): void => {
    clearTimeout(timer);
    at = Infinity;
  };
  return {
    in: (ms) => {
      const wanted = performance.now() + ms;
      if (wanted >= at) return;
      stop();
      at = wanted;
      timer = setTimeout(() => {
        at = Infinity;
        call();
      }, ms).unref();
    },
    dispose: stop,
  };
}
