import type { Status } from '../runs/liveStatus.ts';
import { initialState, type RunState } from '../runs/runState.ts';
import { liveLines, newsLines, stepLine, warningLines } from './render/live.ts';
import type { Block, Terminal } from './terminal.ts';

/** How a followed run is shown. */
export interface View {
  /** A line that stays. */
  readonly say: (text: string) => void;
  readonly show: (state: RunState, status: Status) => void;
  readonly done: () => void;
}

export function createView(terminal: Terminal): View {
  return terminal.block === undefined ? createLines(terminal) : createScreen(terminal, terminal.block);
}

/** A screen: warnings stay, below them one block that is redrawn. */
function createScreen({ err, style, columns }: Terminal, block: Block): View {
  let shown = initialState();
  const say = (text: string): void => {
    block.clear();
    err(text);
  };
  return {
    say,
    show: (state, status) => {
      for (const line of warningLines(shown, state)) say(style('yellow', line));
      shown = state;
      block.draw(liveLines(state, status, columns()));
    },
    done: block.done,
  };
}

const STEP_LINE_MS = 5_000;

/** A pipe or a log: what is new, a line each, and a sign of life now and then. */
function createLines({ err }: Terminal): View {
  let shown = initialState();
  let lastStepLine = Date.now();
  return {
    say: err,
    show: (state, status) => {
      for (const line of newsLines(shown, state)) err(line);
      if (state.step > shown.step && Date.now() - lastStepLine >= STEP_LINE_MS) {
        err(stepLine(state, status));
        lastStepLine = Date.now();
      }
      shown = state;
    },
    done: () => undefined,
  };
}
