import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answers, FromAnnotator, Request, ToAnnotator } from '../../annotator/messages.ts';
import { Emitter, type Disposable } from '../../base/emitter.ts';
import type { Log } from '../log.ts';
import { createRequests } from './requests.ts';

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
  /** `isForGood`: it has died so often that only `restart` starts another. */
  readonly onDidEnd: Emitter<{ readonly isForGood: boolean }>['on'];
  readonly restart: () => void;
  /** Whether there is a thread: who only has news for it need not start one. */
  readonly isAlive: () => boolean;
  /** Ends the thread; what is sent or asked next starts another. */
  readonly rest: () => void;
}

/** A config of a megabyte takes the thread seconds; more is a loop. */
const PATIENCE_MS = 20_000;
/** What hostile files may take of the memory that the extension host shares. */
const MAX_HEAP_MB = 1_024;
/** A thread that ends so often within a minute is not started again until somebody asks for it. */
const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;

const CURE = 'give "Holdfast: Restart Annotations" and try again.';
const HAS_ENDED = `The thread that reads configs has ended: ${CURE}`;
const IS_SILENT = `The thread that reads configs does not answer: ${CURE}`;

/** Started when something is first sent. */
export function createAnnotator(extensionPath: string, log: Log): Annotator {
  const messages = new Emitter<FromAnnotator>();
  const ends = new Emitter<{ readonly isForGood: boolean }>();
  const starts = new Emitter<void>();
  const requests = createRequests(PATIENCE_MS, IS_SILENT);
  let worker: Worker | undefined;
  let deaths: number[] = [];
  let isDisposed = false;

  const receive = (message: FromAnnotator): void => {
    if (message.type === 'answer') requests.answer(message.id, message.answer);
    else if (message.type === 'refused') requests.refuse(message.id, message.reason);
    else messages.fire(message);
  };
  const hasEnded = (ended: Worker, why: string): void => {
    if (worker !== ended) return;
    worker = undefined;
    requests.refuseAll(HAS_ENDED);
    if (isDisposed) return;
    log.error(`the annotator has ended: ${why}`);
    const now = Date.now();
    deaths = [...deaths.filter((time) => now - time < DEATHS_WITHIN_MS), now];
    const isForGood = deaths.length > MOST_DEATHS;
    ends.fire({ isForGood });
    if (!isForGood) start();
  };
  const start = (): Worker => {
    const started = new Worker(join(extensionPath, 'dist', 'annotator.js'), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      // What libraries print is nobody's business in an editor's host.
      stdout: true,
      stderr: true,
    });
    started.stdout.resume();
    started.stderr.resume();
    started.on('message', receive);
    started.on('error', (error) => hasEnded(started, error.stack ?? error.message));
    started.on('exit', (code) => hasEnded(started, `exit code ${code}`));
    worker = started;
    starts.fire();
    return started;
  };
  const rest = (): void => {
    const old = worker;
    // Before it ends, so that its end is nobody's death.
    worker = undefined;
    requests.refuseAll(HAS_ENDED);
    void old?.terminate();
  };
  const living = (): Worker | undefined => worker ?? (deaths.length > MOST_DEATHS ? undefined : start());
  return {
    onMessage: messages.on,
    onDidStart: starts.on,
    onDidEnd: ends.on,
    send: (message) => living()?.postMessage(message),
    ask: (request) =>
      requests.open((id) => {
        const target = living();
        if (target === undefined) requests.refuse(id, HAS_ENDED);
        else target.postMessage({ type: 'request', id, request } satisfies ToAnnotator);
      }),
    restart: () => {
      deaths = [];
      rest();
      start();
    },
    isAlive: () => worker !== undefined,
    rest,
    dispose: () => {
      isDisposed = true;
      void worker?.terminate();
    },
  };
}
