import type { Finder, Finding } from './finder.ts';
import { createThread, ThreadDied, type ThreadLimits } from './thread.ts';
import { createTurns } from './turns.ts';

/**
 * Finds things out in a thread of its own, so that nothing large or hostile keeps this one waiting. A question that the thread dies
 * of (no end, no memory left) is rejected; those that were under way beside it are asked again, one at a time.
 * @param program path of the bundled worker.ts
 */
export function findInWorker(program: string, limits?: Partial<ThreadLimits>): Finder {
  const thread = createThread(program, limits);
  // How many search at a time is decided by who asks; here they only make way for one that must be alone.
  const turns = createTurns(Infinity);
  return {
    identify: async (request) => {
      const ask = (): ReturnType<typeof thread.call> => thread.call({ type: 'identify', request });
      // It is not looking at a file's size that a thread dies of.
      const said = await ask().catch((error: unknown) => retry(error, error instanceof ThreadDied, ask));
      return said.type === 'identified' ? said.identity : undefined;
    },
    find: (request, watch) => {
      const ask = async (): Promise<Finding> => {
        watch.signal.throwIfAborted();
        const said = await thread.call({ type: 'find', request }, watch);
        return said.type === 'found' ? said.finding : { answer: undefined, identity: undefined };
      };
      // Nobody knows which of several it was: alone, each shows by itself.
      const isSuspect = (error: unknown): boolean => error instanceof ThreadDied && error.hadCompany;
      return turns
        .take(ask)
        .catch((error: unknown) => retry(error, isSuspect(error), () => turns.takeAlone(ask)));
    },
    dispose: () => thread.dispose(),
  };
}

function retry<Result>(error: unknown, isWorthIt: boolean, ask: () => Promise<Result>): Promise<Result> {
  if (isWorthIt) return ask();
  throw error;
}
