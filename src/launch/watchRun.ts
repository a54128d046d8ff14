import { setTimeout as delay } from 'node:timers/promises';
import { runPaths } from '../folder/layout.ts';
import { createEventReader } from '../runs/foldText.ts';
import { liveStatus, type Status } from '../runs/liveStatus.ts';
import { initialState, type RunState } from '../runs/runState.ts';
import { livenessOfRun, type RunLiveness } from './runReader.ts';
import { tailEvents } from './tail.ts';

/** What following saw last: how the run ended, or how it was left. */
export interface Followed {
  readonly state: RunState;
  readonly status: Status;
}

export interface Seen extends Followed {
  readonly hasEnded: boolean;
}

/** Between two looks: short against what an eye notices. */
const LOOK_MS = 120;
/** Asking whether a process lives costs a second on some systems. */
const LIVENESS_MS = 1_000;
/** After its last word an engine gives its locks back; who resumes at once must not find it still there. */
const LINGER_MS = 5_000;

/**
 * A run's events and its process, joined at every look.
 * @param sinceAttempt what earlier attempts said of their end does not count
 * @param livenessOf quickLiveness, where others share this thread
 */
export function watchRun(
  folder: string,
  sinceAttempt: number,
  livenessOf: (folder: string) => RunLiveness = livenessOfRun,
): { look: () => Seen; dispose: () => void } {
  let reader = createEventReader();
  let told = initialState();
  const tail = tailEvents(runPaths(folder).events, {
    onText: (text) => {
      told = reader.read(text).state;
    },
    onReset: () => {
      reader = createEventReader();
    },
  });
  let liveness: RunLiveness = livenessOf(folder);
  let asked = Date.now();
  let finalSince: number | undefined;
  const look = (): Seen => {
    // Asked before the events are read, so that nothing said just before an end is missed.
    if (finalSince !== undefined || Date.now() - asked > LIVENESS_MS) {
      liveness = livenessOf(folder);
      asked = Date.now();
    }
    tail.readNow();
    const state = told.attempt < sinceAttempt ? beforeHello(told) : told;
    const status = liveStatus(state, liveness);
    if (state.final === undefined) return { state, status, hasEnded: status === 'lost' };
    finalSince ??= Date.now();
    const hasEnded = liveness.process !== 'alive' || Date.now() - finalSince > LINGER_MS;
    return { state, status, hasEnded };
  };
  return { look, dispose: () => tail.dispose() };
}

export interface WatchOptions {
  /** Told at every look; what it throws ends the watching. */
  readonly onSeen: (seen: Seen) => void;
  readonly wantsToLeave: () => boolean;
  readonly sinceAttempt?: number;
  readonly livenessOf?: (folder: string) => RunLiveness;
}

/** Watches a run until it ends or is left; what was seen last. The run itself never depends on being watched. */
export async function watchToEnd(
  folder: string,
  { onSeen, wantsToLeave, sinceAttempt = 1, livenessOf }: WatchOptions,
): Promise<Seen> {
  const source = watchRun(folder, sinceAttempt, livenessOf);
  try {
    for (;;) {
      const seen = source.look();
      onSeen(seen);
      if (seen.hasEnded || wantsToLeave()) return seen;
      await delay(LOOK_MS);
    }
  } finally {
    source.dispose();
  }
}

/** A new attempt was started and has not said a word: how the one before ended is no longer news. */
function beforeHello(state: RunState): RunState {
  return { ...state, final: undefined, status: 'starting' };
}
