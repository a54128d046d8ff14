/** Lets only so many work at a time. */
export interface Turns {
  /** Waits for a turn, then works. Who came last is let in first: that is what somebody is looking at. */
  readonly take: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The same for work that must have nobody beside it; it goes before all others. */
  readonly takeAlone: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

interface Waiting {
  readonly isAlone: boolean;
  readonly start: () => void;
}

export function createTurns(most: number): Turns {
  const waiting: Waiting[] = [];
  let working = 0;
  let isClosed = false;
  const mayStart = ({ isAlone }: Waiting): boolean => !isClosed && (isAlone ? working === 0 : working < most);
  const letIn = (): void => {
    for (;;) {
      const alone = waiting.findLastIndex((one) => one.isAlone);
      const next = waiting[alone === -1 ? waiting.length - 1 : alone];
      if (next === undefined || !mayStart(next)) return;
      waiting.splice(waiting.indexOf(next), 1);
      working += 1;
      isClosed = next.isAlone;
      next.start();
    }
  };
  const take = async <Result>(work: () => Promise<Result>, isAlone: boolean): Promise<Result> => {
    await new Promise<void>((start) => {
      waiting.push({ isAlone, start });
      letIn();
    });
    try {
      return await work();
    } finally {
      working -= 1;
      if (isAlone) isClosed = false;
      letIn();
    }
  };
  return { take: (work) => take(work, false), takeAlone: (work) => take(work, true) };
}
