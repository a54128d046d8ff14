import { messageOf } from '../base/text.ts';
import { sendCommand } from '../launch/sendCommand.ts';
import { stopRun } from '../launch/stopRun.ts';
import { watchToEnd, type Followed } from '../launch/watchRun.ts';
import type { FoundRun } from './findRun.ts';
import type { Terminal } from './terminal.ts';
import { UserError } from './userError.ts';
import { createView } from './view.ts';

/**
 * Shows a run until it ends: a block that is redrawn on a screen, lines elsewhere. Ctrl-C asks it to stop and save, a second
 * one ends it by force, a third one only stops watching. The run itself never depends on being watched.
 * @param sinceAttempt what earlier attempts said of their end does not count
 */
export async function followRun(run: FoundRun, terminal: Terminal, sinceAttempt: number): Promise<Followed> {
  const view = createView(terminal);
  const interrupts = answerInterrupts(run, view.say, 'the step in hand is finished and a checkpoint saved');
  try {
    return await watchToEnd(run.folder, {
      sinceAttempt,
      onSeen: ({ state, status }) => {
        view.show(state, status);
        if (state.problem !== undefined) throw new UserError(state.problem);
      },
      wantsToLeave: interrupts.wantsToLeave,
    });
  } finally {
    interrupts.dispose();
    view.done();
  }
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
