import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../base/text.ts';
import { runPaths } from '../folder/layout.ts';
import { livenessOfRun, type RunLiveness } from '../launch/runReader.ts';
import { sendCommand } from '../launch/sendCommand.ts';
import { stopRun } from '../launch/stopRun.ts';
import { tailEvents } from '../launch/tail.ts';
import { createEventReader } from '../runs/foldText.ts';
import { liveStatus, type Status } from '../runs/liveStatus.ts';
import { initialState, type RunState } from '../runs/runState.ts';
import type { FoundRun } from './findRun.ts';
import type { Terminal } from './terminal.ts';
import { UserError } from './userError.ts';
import { createView } from './view.ts';

/** What following saw last: how the run ended, or how it was left. */
export interface Followed {
  readonly state: RunState;
  readonly status: Status;
}

const REDRAW_MS = 120;
/** Asking whether a process lives costs a second on some systems. */
const LIVENESS_MS = 1_000;
/** After its last word an engine gives its locks back; who resumes at once must not find it still there. */
const LINGER_MS = 5_000;

/**
 * Shows a run until it ends: a block that is redrawn on a screen, lines elsewhere. Ctrl-C asks it to stop and save, a second
 * one ends it by force, a third one only stops watching. The run itself never depends on being watched.
 * @param sinceAttempt what earlier attempts said of their end does not count
 */
export async function followRun(run: FoundRun, terminal: Terminal, sinceAttempt: number): Promise<Followed> {
  const view = createView(terminal);
  const source = watchRun(run.folder, sinceAttempt);
  const interrupts = answerInterrupts(run, view.say, 'the step in hand is finished and a checkpoint saved');
  try {
    for (;;) {
      const seen = source.look();
      view.show(seen.state, seen.status);
      if (seen.state.problem !== undefined) throw new UserError(seen.state.problem);
      if (seen.hasEnded || interrupts.wantsToLeave()) return seen;
      await delay(REDRAW_MS);
    }
  } finally {
    interrupts.dispose();
    source.dispose();
    view.done();
  }
}

export interface Seen extends Followed {
  readonly hasEnded: boolean;
}

/** A run's events and its process, joined at every look. */
export function watchRun(folder: string, sinceAttempt: number): { look: () => Seen; dispose: () => void } {
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
  let liveness: RunLiveness = livenessOfRun(folder);
  let asked = Date.now();
  let finalSince: number | undefined;
  const look = (): Seen => {
    // Asked before the events are read, so that nothing said just before an end is missed.
    if (finalSince !== undefined || Date.now() - asked > LIVENESS_MS) {
      liveness = livenessOfRun(folder);
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

/** A new attempt was started and has not said a word: how the one before ended is no longer news. */
function beforeHello(state: RunState): RunState {
  return { ...state, final: undefined, status: 'starting' };
}

export interface Interrupts {
  readonly wantsToLeave: () => boolean;
  readonly dispose: () => void;
}

/** Ctrl-C asks politely, then ends by force, then only leaves. `politely`: what happens at the first one. */
export function answerInterrupts(run: FoundRun, say: (text: string) => void, politely: string): Interrupts {
  let times = 0;
  const answer = (): void => {
    times++;
    if (times === 1) {
      say(`stopping: ${politely}; Ctrl-C again ends it at once`);
      try {
        sendCommand(run.folder, 'stop', 'Ctrl-C');
      } catch (error) {
        say(messageOf(error));
      }
    }
    if (times === 2) {
      say('ending it by force; Ctrl-C again only stops watching');
      stopRun(run.folder, { graceSeconds: 0 }).catch((error: unknown) => say(messageOf(error)));
    }
  };
  process.on('SIGINT', answer);
  return { wantsToLeave: () => times > 2, dispose: () => process.off('SIGINT', answer) };
}
