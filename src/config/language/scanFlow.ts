import { MAX_NESTING } from '../../protocol/limits.ts';
import type { Path } from '../path.ts';
import {
  closingQuote,
  isQuote,
  keyName,
  lineEndAt,
  NOTHING,
  skipBlanks,
  type Ending,
  type ScanState,
} from './scanState.ts';

/** Braces or brackets that the text is inside of. */
interface Level {
  readonly isList: boolean;
  readonly path: Path;
  /** Its key or position at hand. */
  step: string | number;
  /** before: a key or an item comes next. key: its colon does. value: its value does. after: a comma does. */
  phase: 'before' | 'key' | 'value' | 'after';
  /** Offset behind what was read last. */
  end: number;
}

interface Flow {
  readonly state: ScanState;
  readonly levels: Level[];
  /** Whether a line break stands between what was read last and what comes next. */
  isNewLine: boolean;
}

/**
 * Reads `{a: 1}`, `[a, b]` and JSON from the bracket at `start` to its partner. Where somebody has left that out, to the line that can
 * only go on outside: YAML wants everything inside deeper than the key before it.
 */
export function scanFlow(state: ScanState, start: number, path: Path): void {
  const flow: Flow = { state, levels: [], isNewLine: false };
  open(flow, start, path);
  while (flow.levels.length > 0 && flow.levels.length <= MAX_NESTING) {
    if (!skipToNext(flow)) return;
    if (state.at >= state.text.length) {
      state.ending = endingOf(flow, state.at);
      return;
    }
    step(flow);
  }
  if (flow.levels.length > 0) state.at = state.text.length;
}

/** Skips blanks, line breaks and comments. Returns whether what comes next can be inside. */
function skipToNext(flow: Flow): boolean {
  const { state } = flow;
  const { text, frames } = state;
  const indent = frames.at(-1)?.indent ?? -1;
  for (;;) {
    state.at = skipBlanks(text, state.at);
    if (text[state.at] === '\r') state.at += 1;
    else if (text[state.at] === '#') {
      const end = lineEndAt(text, state.at);
      if (end >= text.length) {
        state.ending = { place: 'comment', start: state.at };
        return false;
      }
      state.at = end;
    } else if (text[state.at] === '\n') {
      const content = skipBlanks(text, state.at + 1);
      const isOutside = content - state.at - 1 <= indent && /[^\]}\r\n#]|^$/.test(text[content] ?? '');
      if (isOutside) return false;
      flow.isNewLine = true;
      state.at += 1;
    } else return true;
  }
}

function step(flow: Flow): void {
  const { state } = flow;
  const character = state.text[state.at] ?? '';
  const level = flow.levels.at(-1);
  if (character === '{' || character === '[')
    open(flow, state.at, level === undefined ? [] : stepPath(level));
  else if (character === '}' || character === ']') close(flow);
  else if (character === ',') next(flow);
  else if (character === ':' && level?.isList === false && level.phase !== 'after') {
    level.phase = 'value';
    state.at += 1;
  } else word(flow);
}

function open(flow: Flow, at: number, path: Path): void {
  const isList = flow.state.text[at] === '[';
  flow.levels.push({ isList, path, step: isList ? 0 : '', phase: 'before', end: at + 1 });
  flow.isNewLine = false;
  flow.state.at = at + 1;
}

function close(flow: Flow): void {
  flow.levels.pop();
  flow.state.at += 1;
  finish(flow, flow.state.at);
}

/** A value is complete. */
function finish(flow: Flow, end: number): void {
  const level = flow.levels.at(-1);
  flow.isNewLine = false;
  if (level === undefined) return;
  level.phase = 'after';
  level.end = end;
}

function next(flow: Flow): void {
  const level = flow.levels.at(-1);
  flow.state.at += 1;
  flow.isNewLine = false;
  if (level === undefined) return;
  level.step = level.isList ? Number(level.step) + 1 : '';
  level.phase = 'before';
}

/** A plain or quoted word: a key, or a value. */
function word(flow: Flow): void {
  const { state } = flow;
  const { text, at: start } = state;
  const closed = isQuote(text[start]) ? closingQuote(text, start) : plainEnd(text, start);
  const end = closed ?? lineEndAt(text, start);
  const isOpen = end >= text.length && (closed === undefined || !isQuote(text[start]));
  if (isOpen) state.ending = endingOf(flow, start);
  // A sign that begins no word is passed over, so that everything ends.
  state.at = Math.max(end, start + 1);
  const level = flow.levels.at(-1);
  if (isOpen || level === undefined) {
    // Nothing may overwrite what is being written.
    flow.levels.length = isOpen ? 0 : flow.levels.length;
    return;
  }
  if (isKeyNext(flow, level)) {
    level.step = keyName(text.slice(start, end));
    level.phase = 'key';
    level.end = end;
    flow.isNewLine = false;
    state.keys.push({ path: stepPath(level), offset: start, length: end - start });
  } else finish(flow, end);
}

/** Also on a line of its own after a value: the comma was forgotten. */
function isKeyNext({ isNewLine }: Flow, { isList, phase }: Level): boolean {
  return !isList && (phase === 'before' || phase === 'key' || (phase === 'after' && isNewLine));
}

function endingOf({ levels, isNewLine }: Flow, start: number): Ending {
  const level = levels.at(-1);
  if (level === undefined) return NOTHING;
  const commaAt = level.phase === 'after' && isNewLine ? { commaAt: level.end } : {};
  if (level.phase === 'value' || (level.isList && level.phase === 'before')) {
    return { place: 'value', path: stepPath(level), start, isFlow: true };
  }
  if (level.phase === 'before') return { place: 'key', path: level.path, start, isFlow: true };
  if (level.phase === 'key' || !isNewLine) return NOTHING;
  return level.isList
    ? {
        place: 'value',
        path: [...level.path, Number(level.step) + 1],
        start,
        isFlow: true,
        ...commaAt,
      }
    : { place: 'key', path: level.path, start, isFlow: true, ...commaAt };
}

function stepPath({ path, step: at }: Level): Path {
  return [...path, at];
}

/** A colon belongs to a word unless a blank, a bracket or nothing follows it. */
function plainEnd(text: string, start: number): number {
  const sign = /[,{}[\]\n]|:(?=[\s,{}[\]]|$)|(?<=\s)#/g;
  sign.lastIndex = start;
  const found = sign.exec(text);
  // What is being written keeps the blanks behind it.
  if (found === null) return text.length;
  return start + text.slice(start, found.index).trimEnd().length;
}
