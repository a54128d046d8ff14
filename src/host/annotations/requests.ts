import type { Answers, Request } from '../../annotator/messages.ts';

/** Questions that wait for their answer. */
export interface Requests {
  /** Rejects with `refuse`, or after `patience` milliseconds. */
  readonly open: <Answer>(send: (id: number) => void) => Promise<Answer>;
  readonly answer: (id: number, answer: Answers[Request['kind']]) => void;
  readonly refuse: (id: number, reason: string) => void;
  readonly refuseAll: (reason: string) => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export function createRequests(patience: number, tooLate: string): Requests {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const settle = (id: number, act: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one === undefined) return;
    clearTimeout(one.timer);
    act(one);
  };
  const refuse: Requests['refuse'] = (id, reason) => settle(id, ({ reject }) => reject(new Error(reason)));
  return {
    open: (send) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject, timer: setTimeout(() => refuse(id, tooLate), patience) });
        send(id);
      }),
    answer: (id, answer) => settle(id, ({ resolve }) => resolve(answer as never)),
    refuse,
    refuseAll: (reason) => {
      for (const id of [...waiting.keys()]) refuse(id, reason);
    },
  };
}
