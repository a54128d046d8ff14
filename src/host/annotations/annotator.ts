import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answers, FromAnnotator, Request, ToAnnotator } from '../../annotator/messages.ts';
import { Emitter, type Disposable } from '../../base/emitter.ts';
import type { Log } from '../log.ts';

/** The thread that reads configs and the files they name. */
export interface Annotator extends Disposable {
  /** Told again to every new thread, in this order: set-up, documents. */
  readonly send: (message: ToAnnotator) => void;
  /** Rejects where the thread ends before it answers, or after `PATIENCE_MS`. */
  readonly ask: <Kind extends Request['kind']>(
    request: Extract<Request, { readonly kind: Kind }>,
  ) => Promise<Answers[Kind]>;
  readonly onMessage: Emitter<FromAnnotator>['on'];
  /** A new thread has nothing in it yet. */
  readonly onDidStart: Emitter<void>['on'];
  readonly restart: () => void;
}

/** A config of a megabyte takes the thread seconds; more is a loop. */
const PATIENCE_MS = 20_000;
/** What hostile files may take of the memory that the extension host shares. */
const MAX_HEAP_MB = 1_024;
/** A thread that ends so often within a minute is not started again until somebody asks for it. */
const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Started when something is first sent. */
export function createAnnotator(extensionPath: string, log: Log): Annotator {
  const messages = new Emitter<FromAnnotator>();
  const starts = new Emitter<void>();
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let deaths: number[] = [];
  let lastId = 0;
  let isDisposed = false;

  const settle = (id: number, act: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one === undefined) return;
    clearTimeout(one.timer);
    act(one);
  };
  const receive = (message: FromAnnotator): void => {
    if (message.type === 'answer') settle(message.id, ({ resolve }) => resolve(message.answer as never));
    else if (message.type === 'refused')
      settle(message.id, ({ reject }) => reject(new Error(message.reason)));
    else messages.fire(message);
  };
  const hasEnded = (ended: Worker, why: string): void => {
    if (worker !== ended) return;
    worker = undefined;
    for (const id of [...waiting.keys()])
      settle(id, ({ reject }) => reject(new Error('The annotator has ended.')));
    if (isDisposed) return;
    log.error(`the annotator has ended: ${why}`);
    const now = Date.now();
    deaths = [...deaths.filter((time) => now - time < DEATHS_WITHIN_MS), now];
    if (deaths.length <= MOST_DEATHS) start();
    else log.error('it ends again and again and is not started again: "Restart Annotations" does');
  };
  const start = (): Worker => {
    const started = new Worker(join(extensionPath, 'dist', 'annotator.js'), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      // What libraries print is nobody's business in an editor's host.
      stdout: true,
      stderr: true,
    });
    started.on('message', receive);
    started.on('error', (error) => hasEnded(started, error.stack ?? error.message));
    started.on('exit', (code) => hasEnded(started, `exit code ${code}`));
    worker = started;
    starts.fire();
    return started;
  };
  const living = (): Worker | undefined => worker ?? (deaths.length > MOST_DEATHS ? undefined : start());
  return {
    onMessage: messages.on,
    onDidStart: starts.on,
    send: (message) => living()?.postMessage(message),
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        const timer = setTimeout(
          () => settle(id, (one) => one.reject(new Error('The annotator does not answer.'))),
          PATIENCE_MS,
        );
        waiting.set(id, { resolve, reject, timer });
        const target = living();
        if (target === undefined) settle(id, (one) => one.reject(new Error('The annotator has ended.')));
        else target.postMessage({ type: 'request', id, request } satisfies ToAnnotator);
      }),
    restart: () => {
      deaths = [];
      const old = worker;
      worker = undefined;
      void old?.terminate();
      start();
    },
    dispose: () => {
      isDisposed = true;
      void worker?.terminate();
    },
  };
}
