import { Emitter, type Disposable } from '../base/emitter.ts';
import type { Answer, Ask, FactKind, Facts } from '../config/facts.ts';
import type { Finder } from './finder.ts';
import { pathsOf } from './habits.ts';
import { createLooker } from './looker.ts';
import { createMemory, type Remembered } from './memory.ts';
import { withNear, type NearSources } from './near.ts';
import { isAtOrBelow } from './policy.ts';
import type { FactsEnvironment, Question } from './question.ts';
import { createWake } from './wake.ts';

export type { KnownSpeed } from './near.ts';
export type { FactsEnvironment } from './question.ts';

export interface FactsOptions extends NearSources {
  /** Asked again for every look, so that a workspace can come to be trusted. */
  readonly environment: () => FactsEnvironment;
  /** Milliseconds that only grow; default: performance.now. */
  readonly now?: () => number;
}

/** Something takes a while: `what` as in "reading rows.jsonl"; the unit of `done` and `total` is its own. */
export interface FactsProgress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface FactsService extends Disposable {
  /** The port that rules ask: from memory, at once. What is unknown or may have changed is looked for meanwhile. */
  readonly facts: Facts;
  /** Something that was asked has another answer now, or may have: whoever asked should ask again. */
  readonly onDidLearn: Emitter<void>['on'];
  readonly onDidProgress: Emitter<FactsProgress>['on'];
  /** Nothing is being looked for any more, whether anything was learned or not. */
  readonly onDidIdle: Emitter<void>['on'];
  /**
   * Resolves when nothing that was asked is being looked for any more; never rejects.
   * @param signal stops waiting, not looking
   * @returns whether anything was learned since it resolved the last time
   */
  readonly settle: (signal?: AbortSignal) => Promise<boolean>;
  /** A file or folder was seen to change, to appear or to go; without a path, anything may have. */
  readonly changed: (path?: string) => void;
  readonly isBusy: () => boolean;
}

/** Changes come in bursts: one answer to all of them is enough. */
const BURST_MS = 100;

/**
 * Answers what rules ask, see `config/facts`. It opens only what is asked about, and only while it is: a changed file is read
 * when it is asked about again.
 * @param far finds things out, in whatever thread; disposed with this
 */
export function createFacts(options: FactsOptions, far: Finder): FactsService {
  const { environment, now = () => performance.now() } = options;
  const memory = createMemory();
  const finder = withNear(far, options);
  const [learned, progressed] = [new Emitter<void>(), new Emitter<FactsProgress>()];
  const onProgress = (what: string, done: number, total: number): void =>
    progressed.fire({ what, done, total });
  const look = createLooker({ finder, memory, environment, now, onProgress });
  const wake = createWake(() => learned.fire());
  const idle = new Emitter<void>();
  let [busy, isNew, isOwing, isDisposed] = [0, false, false, false];

  const end = (entry: Remembered): void => {
    entry.isBusy = false;
    if (entry.isTouched) touch(entry);
    busy -= 1;
    if (busy > 0) return;
    // What was given up for another question is free to be asked again now.
    if (isOwing) tell();
    isOwing = false;
    idle.fire();
  };
  const start = async (entry: Remembered): Promise<void> => {
    entry.isBusy = true;
    busy += 1;
    const came = await look(entry);
    if (isDisposed) return;
    if (came === 'given up') isOwing = true;
    // Whoever is told may fail, and the count of what is busy must be right all the same.
    try {
      if (came === 'learned') tell();
    } finally {
      end(entry);
    }
  };
  const tell = (): void => {
    isNew = true;
    learned.fire();
  };
  const touch = (entry: Remembered): void => {
    entry.isTouched = entry.isBusy;
    entry.freshUntil = -Infinity;
    if (!entry.isBusy) wake.in(Math.max(BURST_MS, entry.restsUntil - now()));
  };

  return {
    facts: <Kind extends FactKind>(kind: Kind, ask: Ask<Kind>) => {
      const entry = memory.of({ kind, ask } as Question);
      const isDue = now() >= Math.max(entry.freshUntil, entry.restsUntil);
      if (isDue && !entry.isBusy && !isDisposed) void start(entry);
      // A finder answers what it is asked: kind and answer belong together as in FactTable.
      return entry.answer as Answer<Kind> | undefined;
    },
    onDidLearn: learned.on,
    onDidProgress: progressed.on,
    onDidIdle: idle.on,
    settle: async (signal) => {
      if (busy > 0 && !isDisposed) await nextFiring(idle, signal);
      const wasNew = isNew;
      isNew = false;
      return wasNew;
    },
    changed: (path) => {
      for (const entry of memory.all())
        if (path === undefined || concerns(path, entry.question)) touch(entry);
    },
    isBusy: () => busy > 0,
    dispose: () => {
      isDisposed = true;
      busy = 0;
      wake.dispose();
      for (const { search } of memory.all()) search?.abort();
      idle.fire();
      for (const emitter of [learned, progressed, idle]) emitter.dispose();
      finder.dispose();
    },
  };
}

/** Whether the answer may hang on what lies at `path`: of a folder, on anything in it. */
function concerns(path: string, question: Question): boolean {
  return pathsOf(question).some((named) => isAtOrBelow(named, path));
}

async function nextFiring(emitter: Emitter<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const listening = emitter.on(() => done());
    const done = (): void => {
      listening.dispose();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    signal?.addEventListener('abort', done);
  });
}
