import { Worker } from 'node:worker_threads';
import type { Disposable } from '../base/emitter.ts';
import type { Watch } from './finder.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { FactsRequest } from './question.ts';

export interface ThreadLimits {
  /** Of its heap; what is more ends the thread. */
  readonly heapMegabytes: number;
  /** A thread that searches and says nothing for so long is ended. */
  readonly silentSeconds: number;
}

/** A call that the thread did not survive. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';
  /** @param hadCompany whether several searches were under way, each of which may have been the cause */
  constructor(readonly hadCompany: boolean) {
    super('The thread that looked for it ended.');
  }
}

/** Calls to a worker (worker.ts) that is started by the first one, and again by the first after its death. */
export interface Thread extends Disposable {
  readonly call: (
    message: { readonly type: 'identify' | 'find'; readonly request: FactsRequest },
    watch?: Watch,
  ) => Promise<FromWorker>;
}

interface Call {
  readonly isSearch: boolean;
  readonly resolve: (message: FromWorker) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: Watch['onProgress'] | undefined;
}

/** What is read is capped (read/cutter.ts, tokenizers.ts), because a thread that runs out of memory may end the whole process. */
const LIMITS: ThreadLimits = { heapMegabytes: 3_072, silentSeconds: 60 };
/** After so many deaths with nothing found between them it is not started again. */
const MAX_DEATHS = 5;

export function createThread(program: string, limits: Partial<ThreadLimits> = {}): Thread {
  const { heapMegabytes, silentSeconds } = { ...LIMITS, ...limits };
  const calls = new Map<number, Call>();
  let worker: Worker | undefined;
  let [lastId, deaths, heardAt, isDisposed] = [0, 0, 0, false];

  const isSearching = (): boolean => [...calls.values()].some(({ isSearch }) => isSearch);
  const close = (id: number): void => {
    calls.delete(id);
    // A process does not stay for a thread that has nothing to do.
    if (calls.size === 0) worker?.unref();
  };
  const hear = (message: FromWorker): void => {
    heardAt = performance.now();
    if (message.type === 'alive') return;
    const call = calls.get(message.id);
    if (message.type === 'progress') {
      call?.onProgress?.(message.done, message.total);
      return;
    }
    close(message.id);
    if (message.type === 'found') deaths = 0;
    if (message.type === 'failed') call?.reject(new Error(message.message));
    else call?.resolve(message);
  };
  const died = (): void => {
    worker = undefined;
    deaths += 1;
    const lost = [...calls.values()];
    calls.clear();
    const searches = lost.filter(({ isSearch }) => isSearch).length;
    for (const { reject } of lost) reject(new ThreadDied(searches > 1));
  };
  const start = (): Worker => {
    const started = new Worker(program, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    started.on('message', hear);
    // Its end follows, and tells the same.
    started.on('error', () => undefined);
    started.on('exit', () => {
      if (worker === started) died();
    });
    endWhen(() => isSearching() && performance.now() - heardAt > 1_000 * silentSeconds, started);
    return started;
  };
  const refusal = (): string | undefined => {
    if (isDisposed) return 'nobody looks any more';
    return deaths >= MAX_DEATHS ? `the thread that looks ended ${MAX_DEATHS} times in a row` : undefined;
  };

  return {
    call: ({ type, request }, watch) =>
      new Promise((resolve, reject) => {
        const reason = refusal();
        if (reason !== undefined) {
          reject(new Error(reason));
          return;
        }
        const id = (lastId += 1);
        // Silence only counts from the first question on.
        if (!isSearching()) heardAt = performance.now();
        calls.set(id, { isSearch: type === 'find', resolve, reject, onProgress: watch?.onProgress });
        worker ??= start();
        worker.ref();
        worker.postMessage({ type, id, request } satisfies ToWorker);
        const giveUp = (): void => {
          if (!calls.has(id)) return;
          close(id);
          worker?.postMessage({ type: 'abort', id } satisfies ToWorker);
          reject(new Error('given up'));
        };
        watch?.signal.addEventListener('abort', giveUp, { once: true });
      }),
    dispose: () => {
      isDisposed = true;
      const old = worker;
      died();
      void old?.terminate();
    },
  };
}

const LOOK_MS = 500;

function endWhen(isTime: () => boolean, worker: Worker): void {
  const looking = setInterval(() => {
    if (isTime()) void worker.terminate();
  }, LOOK_MS);
  looking.unref();
  worker.on('exit', () => clearInterval(looking));
}
