import { MAX_NESTING } from '../../protocol/limits.ts';
import type { Path } from '../path.ts';

/** A key as it stands in a text, whatever state the text is in. */
export interface ScannedKey {
  /** Of its value. */
  readonly path: Path;
  readonly offset: number;
  /** With its quotes. */
  readonly length: number;
}

/** What somebody is writing where a text ends. */
export type Ending =
  /** Nothing a config knows of. */
  | { readonly place: 'nothing' }
  /** A comment that begins with the `#` at `start`. */
  | { readonly place: 'comment'; readonly start: number }
  | {
      /**
       * key: of the block at `path`. value: the one at `path`, behind its key or in brackets. inside: the one at `path` on a line of
       * its own, so that it may be the first key of a block as well. item: a new one of a list, its dash included.
       */
      readonly place: 'key' | 'value' | 'inside' | 'item';
      readonly path: Path;
      /** Offset of the word, its quote included; the end of the text where there is none yet. */
      readonly start: number;
      /** In braces or brackets. */
      readonly isFlow: boolean;
      /** Where a comma is missing before it; undefined: nowhere. */
      readonly commaAt?: number;
    };

export const NOTHING: Ending = { place: 'nothing' };

/** A block or list made of lines. */
export interface Frame {
  readonly kind: 'block' | 'list';
  readonly path: Path;
  /** Column of its keys or dashes, from 0. */
  readonly indent: number;
  /** Its key or position at hand. */
  step: string | number;
  /** Whether that has something behind it on its own line. */
  hasValue: boolean;
}

export interface ScanState {
  readonly text: string;
  readonly frames: Frame[];
  readonly keys: ScannedKey[];
  /** Offset of what is read next. */
  at: number;
  ending: Ending;
}

export function valuePath(frame: Frame | undefined): Path {
  return frame === undefined ? [] : [...frame.path, frame.step];
}

/** Leaves what a line at `column` does not belong to. A list may stand at its key's own column. */
export function popTo(frames: Frame[], column: number, isList: boolean): void {
  for (let top = frames.at(-1); top !== undefined; top = frames.at(-1)) {
    if (top.indent < column || (top.indent === column && (top.kind === 'block' || isList))) return;
    frames.pop();
  }
}

/** The block or list at `column`, which may begin here; undefined where the text is nested too deep to be a config. */
export function frameAt({ frames }: ScanState, kind: Frame['kind'], column: number): Frame | undefined {
  const top = frames.at(-1);
  if (top?.kind === kind && top.indent === column) return top;
  if (frames.length > MAX_NESTING) return undefined;
  const frame: Frame = { kind, path: valuePath(top), indent: column, step: 0, hasValue: false };
  frames.push(frame);
  return frame;
}

/** The path of a new item. */
export function nextItem({ path, step }: Frame): Path {
  return [...path, Number(step) + 1];
}

/** Offset of the first character at `at` or after it that is no blank. */
export function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text[next] === ' ' || text[next] === '\t') next += 1;
  return next;
}

/** Offset of the beginning of the line that `at` is on. */
export function lineStartAt(text: string, at: number): number {
  return at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Offset of the line break at `at` or after it (of its `\r`, if it has one), or of the end of the text. */
export function lineEndAt(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}

/** Whether nothing more stands on the line. */
export function isLineEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === '\n' || (text[at] === '\r' && (text[at + 1] ?? '\n') === '\n');
}

/**
 * Offset behind the closing quote of the string that opens at `at`; undefined where its line ends first. YAML allows strings of several
 * lines; somebody who is typing has forgotten the quote.
 */
export function closingQuote(text: string, at: number): number | undefined {
  const quote = text[at];
  for (let next = at + 1; next < text.length && text[next] !== '\n'; next += 1) {
    if (quote === '"' && text[next] === '\\') next += 1;
    else if (text[next] === quote) {
      if (quote !== "'" || text[next + 1] !== "'") return next + 1;
      next += 1;
    }
  }
  return undefined;
}

/** What a key says, without its quotes. */
export function keyName(source: string): string {
  return /^(["']).*\1$/s.test(source) ? source.slice(1, -1) : source;
}

export function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}
