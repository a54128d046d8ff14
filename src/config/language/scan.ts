import type { Path } from '../path.ts';
import { isDash, keyAt, scanScalar } from './scanScalar.ts';
import {
  frameAt,
  isLineEnd,
  lineEndAt,
  nextItem,
  NOTHING,
  popTo,
  skipBlanks,
  valuePath,
  type Ending,
  type Frame,
  type ScannedKey,
  type ScanState,
} from './scanState.ts';

export interface Scan {
  /** In the order of the text. */
  readonly keys: readonly ScannedKey[];
  readonly ending: Ending;
}

/**
 * Reads the layout of a text that may be broken, because somebody is typing in it: which keys stand where by their indentation and
 * brackets, and what is being written at its end. The YAML parser says neither of a text that is no YAML. Total, and linear in the
 * length of the text.
 * @param start offset of a line that stands in no block: nothing before it is read
 */
export function scan(text: string, start = 0): Scan {
  const state: ScanState = { text, frames: [], keys: [], at: start, ending: NOTHING };
  let isLast = false;
  while (!isLast) isLast = scanLine(state);
  return { keys: state.keys, ending: state.ending };
}

/** Returns whether it was the last line. */
function scanLine(state: ScanState): boolean {
  const { text } = state;
  state.ending = NOTHING;
  const start = skipBlanks(text, state.at);
  const column = start - state.at;
  if (start >= text.length) {
    state.ending = blankLine(state.frames, column, start);
    state.at = start;
  } else if (isLineEnd(text, start)) state.at = start;
  else scanContent(state, start, column);
  return finishLine(state);
}

/** Goes to the next line: what is left of this one is a comment, or no YAML. Returns whether there is none. */
function finishLine(state: ScanState): boolean {
  const { text, at } = state;
  const rest = skipBlanks(text, at);
  const end = lineEndAt(text, rest);
  const isLast = end >= text.length;
  if (text[rest] === '#' && isLast) state.ending = { place: 'comment', start: rest };
  state.at = isLast ? end : text.indexOf('\n', end) + 1;
  return isLast;
}

/** Somebody who has only indented so far: the column says what for. */
function blankLine(frames: Frame[], column: number, start: number): Ending {
  popTo(frames, column, true);
  const [top, parent] = [frames.at(-1), frames.at(-2)];
  if (top?.kind === 'list' && top.indent === column && parent?.indent !== column) {
    return { place: 'item', path: nextItem(top), start, isFlow: false };
  }
  popTo(frames, column, false);
  return wordAt(frames.at(-1), column, start);
}

/** What a word at `column` is when no colon follows it (yet). */
function wordAt(top: Frame | undefined, column: number, start: number): Ending {
  if (top === undefined) return { place: 'key', path: [], start, isFlow: false };
  if (top.kind === 'block' && top.indent === column) {
    return { place: 'key', path: top.path, start, isFlow: false };
  }
  return top.hasValue ? NOTHING : { place: 'inside', path: valuePath(top), start, isFlow: false };
}

/** `start` is the first character of the line that is no blank, or what follows a dash. */
function scanContent(state: ScanState, start: number, column: number): void {
  const { text, frames } = state;
  state.at = start;
  if (text[start] === '#') return;
  if (isDash(text, start)) {
    scanDash(state, start, column);
    return;
  }
  popTo(frames, column, false);
  const key = keyAt(text, start);
  if (key === undefined) {
    const top = frames.at(-1);
    const ending = wordAt(top, column, start);
    scanScalar(state, start, valuePath(top), ending);
    if (top !== undefined && top.indent < column) top.hasValue = true;
    return;
  }
  const frame = frameAt(state, 'block', column);
  if (frame === undefined) return;
  frame.step = key.name;
  const path = valuePath(frame);
  state.keys.push({ path, offset: start, length: key.length });
  scanValue(state, key.after, path, frame);
}

function scanDash(state: ScanState, start: number, column: number): void {
  const { text, frames } = state;
  popTo(frames, column, true);
  const isNext = frames.at(-1)?.kind === 'list' && frames.at(-1)?.indent === column;
  const list = frameAt(state, 'list', column);
  if (list === undefined) return;
  if (isNext) list.step = Number(list.step) + 1;
  list.hasValue = false;
  const content = skipBlanks(text, start + 1);
  state.at = content;
  if (!isLineEnd(text, content)) scanContent(state, content, column + content - start);
  else if (content >= text.length && content > start + 1) {
    state.ending = { place: 'inside', path: valuePath(list), start: content, isFlow: false };
  }
}

/** Behind a key's colon. */
function scanValue(state: ScanState, after: number, path: Path, frame: Frame): void {
  const { text } = state;
  const start = skipBlanks(text, after);
  frame.hasValue = !isLineEnd(text, start) && text[start] !== '#';
  state.at = start;
  const ending: Ending = { place: 'value', path, start, isFlow: false };
  if (start >= text.length) state.ending = ending;
  else if (frame.hasValue) scanScalar(state, start, path, ending);
}
