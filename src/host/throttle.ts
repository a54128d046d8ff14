import type { Disposable } from '../base/emitter.ts';

export interface Throttled extends Disposable {
  readonly call: () => void;
}

/** Calls at once, then at most once per `ms`; the last call is never lost. */
export function throttle(action: () => void, ms: number): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, ms);
    action();
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else again = true;
    },
    dispose: () => {
      again = false;
      clearTimeout(timer);
    },
  };
}

/** One thing that gives back many. */
export function together(...parts: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}
