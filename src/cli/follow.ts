import logUpdate from 'log-update';
import { messageOf } from '../base/text.ts';
import { runPaths } from '../folder/layout.ts';
import { livenessOfRun } from '../launch/runReader.ts';
import { sendCommand } from '../launch/sendCommand.ts';
import { stopRun } from '../launch/stopRun.ts';
import { tailEvents } from '../launch/tail.ts';
import { createEventReader } from '../runs/foldText.ts';
import { forgettingCurve } from '../runs/forgetting.ts';
import { liveStatus, type Status } from '../runs/liveStatus.ts';
import { initialState, type RunState } from '../runs/runState.ts';
import { toArray } from '../runs/series.ts';
import type { FoundRun } from './findRun.ts';
import { evaluationLine, liveLines, phaseLine, stepLine } from './render/live.ts';
import { printable, type Terminal } from './terminal.ts';

/** How following ended. */
export interface Followed {
  readonly state: RunState;
  readonly status: Status;
}

const REDRAW_MS = 120;
const PLAIN_STEP_MS = 5_000;
/** An engine that is alive but silent is looked at this often. */
const LIVENESS_MS = 1_000;

/**
 * Shows a run until it ends: a block that is redrawn on a screen, lines elsewhere. Ctrl-C once asks it to stop and save, twice
 * ends it by force. The run itself never depends on being watched.
 * @param sinceAttempt events of earlier attempts do not end it
 */
export async function followRun(run: FoundRun, terminal: Terminal, sinceAttempt: number): Promise<Followed> {
  const view = terminal.isLive ? createScreen(terminal) : createLines(terminal);
  let reader = createEventReader();
  let state = initialState();
  const isOver = (now: Status): boolean =>
    state.attempt >= sinceAttempt && (state.final !== undefined || now === 'lost');

  return new Promise((resolve, reject) => {
    const tail = tailEvents(runPaths(run.folder).events, {
      onText: (text) => {
        ({ state } = reader.read(text));
      },
      onReset: () => {
        reader = createEventReader();
      },
      pollMs: REDRAW_MS,
    });
    const interrupt = createInterrupt(run, view.say);
    process.on('SIGINT', interrupt);
    let liveness = livenessOfRun(run.folder);
    let checked = Date.now();
    const finish = (): void => {
      clearInterval(timer);
      process.off('SIGINT', interrupt);
      tail.dispose();
      view.end(state, liveStatus(state, liveness));
    };
    const look = (): void => {
      tail.readNow();
      if (Date.now() - checked > LIVENESS_MS) {
        liveness = livenessOfRun(run.folder);
        checked = Date.now();
        // The last event may have been written just before the process ended.
        tail.readNow();
      }
      const known = liveStatus(state, liveness);
      view.show(state, known);
      if (state.problem !== undefined) {
        finish();
        reject(new Error(state.problem));
        return;
      }
      if (!isOver(known)) return;
      finish();
      resolve({ state, status: known });
    };
    const timer = setInterval(() => {
      try {
        look();
      } catch (error) {
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, REDRAW_MS);
  });
}

function createInterrupt(run: FoundRun, say: (text: string) => void): () => void {
  let times = 0;
  return () => {
    times++;
    if (times === 1) {
      sendCommand(run.folder, 'stop', 'Ctrl-C');
      say('stopping: the step in hand is finished and a checkpoint saved; Ctrl-C again ends it at once');
      return;
    }
    stopRun(run.folder, { graceSeconds: 0 }).catch((error: unknown) => say(messageOf(error)));
  };
}

interface View {
  /** A line that stays. */
  readonly say: (text: string) => void;
  show(state: RunState, status: Status): void;
  end(state: RunState, status: Status): void;
}

/** A screen: permanent lines for warnings, one block below them. */
function createScreen(terminal: Terminal): View {
  let warned = 0;
  const say = (text: string): void => {
    logUpdate.clear();
    terminal.err(text);
  };
  const show = (state: RunState, status: Status): void => {
    for (const { message } of toArray(state.warnings).slice(warned)) {
      say(terminal.style('yellow', `warning: ${printable(message)}`));
    }
    warned = state.warnings.length;
    logUpdate(liveLines(state, status, terminal.columns).join('\n'));
  };
  return {
    say,
    show,
    end: (state, status) => {
      show(state, status);
      logUpdate.done();
    },
  };
}

/** A pipe or a log: what is new, a line each. */
function createLines(terminal: Terminal): View {
  let [warned, evaluated, lastStep, lastPhase] = [0, 0, Date.now(), ''];
  return {
    say: terminal.err,
    show: (state, status) => {
      for (const { message } of toArray(state.warnings).slice(warned))
        terminal.err(`warning: ${printable(message)}`);
      warned = state.warnings.length;
      const phase = state.progress?.phase ?? '';
      if (phase !== lastPhase && phase !== '' && phase !== 'evaluating')
        terminal.err(phaseLine(state.progress) ?? phase);
      lastPhase = phase;
      for (const line of evaluationLines(state, evaluated)) terminal.err(line);
      evaluated = state.evaluations.length;
      if (Date.now() - lastStep < PLAIN_STEP_MS || state.step === 0) return;
      lastStep = Date.now();
      terminal.err(stepLine(state, status));
    },
    end: () => undefined,
  };
}

/** Evaluations from the `from`th on, a line each; those that measured nothing are left out. */
function evaluationLines(state: RunState, from: number): string[] {
  const evaluations = toArray(state.evaluations);
  const curve = forgettingCurve(evaluations);
  return evaluations.slice(from).flatMap((event, index) => {
    const line = evaluationLine(event, curve[from + index]?.relative);
    return line === undefined ? [] : [`step ${event.step}: ${line}`];
  });
}
