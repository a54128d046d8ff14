import { decodeEventLine } from '../protocol/decode.ts';
import { MAX_LINE_BYTES } from '../protocol/limits.ts';
import { reduce } from './reduce.ts';
import { initialState, type RunState } from './runState.ts';

/** What has been read of an events.jsonl so far. */
export interface Reading {
  readonly state: RunState;
  /** Events of types this version does not know. */
  readonly unknownEvents: number;
  /** Lines that are no event: damaged, too long, or printed by something else. */
  readonly brokenLines: number;
  /** What was wrong with the first of them, with its line number. */
  readonly firstProblem: string | undefined;
  /** Characters of the last line, whose newline has not come yet. */
  readonly pending: number;
}

/** Folds a growing events.jsonl. A file that shrank (a resume cuts a torn tail off) needs a new reader. */
export interface EventReader {
  /** Takes the next piece of the file, cut anywhere between characters, and returns everything known after it. */
  read(text: string): Reading;
}

export function createEventReader(): EventReader {
  const lines = createLineSplitter();
  let reading: Reading = {
    state: initialState(),
    unknownEvents: 0,
    brokenLines: 0,
    firstProblem: undefined,
    pending: 0,
  };
  let lineNumber = 0;
  return {
    read: (text) => {
      for (const line of lines.split(text)) {
        lineNumber += 1;
        reading = foldLine(reading, line, lineNumber);
      }
      return (reading = { ...reading, pending: lines.pending() });
    },
  };
}

/** The state after a whole events.jsonl; a last line without its newline is not counted. */
export function foldRun(text: string): RunState {
  return createEventReader().read(text).state;
}

/** `line` undefined: it was too long to be kept. */
function foldLine(reading: Reading, line: string | undefined, lineNumber: number): Reading {
  if (line === undefined) return broken(reading, `longer than ${MAX_LINE_BYTES} characters`, lineNumber);
  const decoded = decodeEventLine(line);
  switch (decoded.kind) {
    case 'event':
      return { ...reading, state: reduce(reading.state, decoded.event) };
    case 'unknown':
      return { ...reading, unknownEvents: reading.unknownEvents + 1 };
    case 'broken':
      return broken(reading, decoded.problem, lineNumber);
  }
}

function broken(reading: Reading, problem: string, lineNumber: number): Reading {
  const firstProblem = reading.firstProblem ?? `line ${lineNumber} ${problem}`;
  return { ...reading, brokenLines: reading.brokenLines + 1, firstProblem };
}

interface LineSplitter {
  /** The lines that `text` completes, without their newlines; undefined for one that is too long. */
  split(text: string): (string | undefined)[];
  /** Length of the incomplete line, dropped characters included. */
  pending(): number;
}

/** Keeps at most one line's worth of text, however long the line: what does not fit is counted and forgotten. */
function createLineSplitter(): LineSplitter {
  let kept = '';
  let length = 0;
  const take = (piece: string): void => {
    length += piece.length;
    kept = length > MAX_LINE_BYTES ? '' : kept + piece;
  };
  const complete = (): string | undefined => {
    const line = length > MAX_LINE_BYTES ? undefined : kept;
    kept = '';
    length = 0;
    return line;
  };
  return {
    pending: () => length,
    split: (text) => {
      const pieces = text.split('\n');
      const rest = pieces.pop() ?? '';
      const lines = pieces.map((piece) => {
        take(piece);
        return complete();
      });
      take(rest);
      return lines;
    },
  };
}
