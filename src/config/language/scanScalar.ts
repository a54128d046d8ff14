import type { Path } from '../path.ts';
import { scanFlow } from './scanFlow.ts';
import {
  closingQuote,
  isLineEnd,
  isQuote,
  keyName,
  lineEndAt,
  skipBlanks,
  type Ending,
  type ScanState,
} from './scanState.ts';

/**
 * Reads a value that begins at `start`.
 * @param ending what is being written if the text ends in it
 */
export function scanScalar(state: ScanState, start: number, path: Path, ending: Ending): void {
  const { text } = state;
  if (text[start] === '{' || text[start] === '[') scanFlow(state, start, path);
  else if (isQuote(text[start])) {
    const end = closingQuote(text, start);
    state.at = end ?? lineEndAt(text, start);
    if (end === undefined && state.at >= text.length) state.ending = ending;
  } else if (/^[|>][-+0-9]*[ \t]*(?:#.*)?\r?$/.test(text.slice(start, lineEndAt(text, start)))) {
    skipBlockText(state, start);
  } else {
    state.at = plainEnd(text, start);
    if (state.at >= text.length) state.ending = ending;
  }
}

/** Lines of text under `|` or `>`: everything that is indented deeper than its key. */
function skipBlockText(state: ScanState, start: number): void {
  const { text, frames } = state;
  const indent = frames.at(-1)?.indent ?? -1;
  state.at = lineEndAt(text, start);
  while (state.at < text.length) {
    const line = text.indexOf('\n', state.at) + 1;
    const content = skipBlanks(text, line);
    const isInside = content - line > indent || (isLineEnd(text, content) && content < text.length);
    if (line === 0 || !isInside) return;
    state.at = lineEndAt(text, content);
  }
}

/** Where a comment or the line ends it. */
function plainEnd(text: string, start: number): number {
  const end = lineEndAt(text, start);
  const comment = text.slice(start, end).search(/[ \t]#/);
  return comment === -1 ? end : start + comment;
}

/** A key of a block and the offset behind its colon; undefined where the line has none. */
export function keyAt(
  text: string,
  start: number,
): { name: string; length: number; after: number } | undefined {
  if (/[{}[\],&*!|>%@`#]/.test(text[start] ?? '')) return undefined;
  const closed = isQuote(text[start]) ? closingQuote(text, start) : start;
  if (closed === undefined) return undefined;
  const colon = isQuote(text[start]) ? skipBlanks(text, closed) : colonAt(text, start);
  if (colon === undefined || text[colon] !== ':') return undefined;
  const source = text.slice(start, isQuote(text[start]) ? closed : colon).trimEnd();
  return { name: keyName(source), length: source.length, after: colon + 1 };
}

/** Of the first colon with a blank or nothing behind it, before any comment. */
function colonAt(text: string, start: number): number | undefined {
  const end = plainEnd(text, start);
  for (let at = start; at < end; at += 1) {
    if (text[at] === ':' && (isLineEnd(text, at + 1) || /\s/.test(text[at + 1] ?? ''))) return at;
  }
  return undefined;
}

export function isDash(text: string, at: number): boolean {
  return text[at] === '-' && (isLineEnd(text, at + 1) || text[at + 1] === ' ' || text[at + 1] === '\t');
}
