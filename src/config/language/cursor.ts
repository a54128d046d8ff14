import type { Path } from '../path.ts';
import { scan } from './scan.ts';
import { isQuote, lineEndAt, lineStartAt, NOTHING, skipBlanks, type Ending } from './scanState.ts';
import type { Span } from './span.ts';

/** Where somebody is writing, and what already stands around it. */
export interface Cursor {
  readonly text: string;
  readonly ending: Exclude<Ending, { place: 'nothing' | 'comment' }>;
  /** The word at hand, with what of it stands behind the cursor and with its quotes; empty where there is none yet. */
  readonly word: Span;
  /** The quote it opens with; undefined: none. */
  readonly quote: string | undefined;
  /** Whether the whole config is JSON. */
  readonly isJson: boolean;
  /** Of a key: whether its colon is there already. */
  readonly hasColon: boolean;
  /** Whether another key or item follows in the same brackets, with no comma before it. */
  readonly needsComma: boolean;
  /** Keys that the block at `ending.path` has elsewhere. */
  readonly siblings: ReadonlySet<string>;
}

/** What is being written at `offset`; nothing where too much would have to be read to say it. */
export function endingAt(text: string, offset: number): Ending {
  const { start } = sectionAround(text, offset);
  return offset - start > MAX_SECTION ? NOTHING : scan(text.slice(0, offset), start).ending;
}

/** A setting with more text than this is data: it is not looked into while somebody types. */
const MAX_SECTION = 200_000;

/** From the line of the last top-level key before `offset` to the next one behind it, which nothing else depends on; or all in braces. */
function sectionAround(text: string, offset: number): { readonly start: number; readonly end: number } {
  if (isInBraces(text)) return { start: 0, end: text.length };
  let start = lineStartAt(text, offset);
  while (start > 0 && !isTopLevel(text, start)) start = lineStartAt(text, start - 1);
  let end = text.indexOf('\n', offset);
  while (end !== -1 && !isTopLevel(text, end + 1)) end = text.indexOf('\n', end + 1);
  return { start, end: end === -1 ? text.length : end };
}

function isInBraces(text: string): boolean {
  return /[{[]/.test(text[text.search(/\S/)] ?? '');
}

/** Whether a key begins there. */
function isTopLevel(text: string, lineStart: number): boolean {
  return /[\w"']/.test(text[lineStart] ?? '');
}

export function cursorAt(text: string, offset: number, ending: Cursor['ending']): Cursor {
  const quote = isQuote(text[ending.start]) ? text[ending.start] : undefined;
  const end = wordEnd(text, offset, ending, quote);
  return {
    text,
    ending,
    word: { offset: ending.start, length: end - ending.start },
    quote,
    isJson: isJsonText(text),
    hasColon: ending.place !== 'value' && text[skipBlanks(text, end)] === ':',
    needsComma: ending.isFlow && /^\s*["'\w{[-]/.test(text.slice(end, end + LONGEST_GAP)),
    siblings: siblingsOf(text, ending),
  };
}

/** Blanks and line breaks that are looked through for the next sign. */
const LONGEST_GAP = 200;

/** Whether the whole config stands in braces with quoted keys, as in `parseConfigText`'s JSON. */
export function isJsonText(text: string): boolean {
  const start = text.search(/\S/);
  if (text[start] !== '{') return false;
  const next = text.slice(start + 1).search(/\S/);
  return next === -1 || /["}]/.test(text[start + 1 + next] ?? '');
}

function wordEnd(text: string, offset: number, ending: Cursor['ending'], quote: string | undefined): number {
  const line = text.slice(offset, lineEndAt(text, offset));
  if (quote !== undefined) {
    const close = line.indexOf(quote);
    // A quote behind other signs opens the next word: this one was not closed.
    return close === -1 || /[:,{}[\]]/.test(line.slice(0, close)) ? offset : offset + close + 1;
  }
  // In a list the word behind a blank is the next item.
  if (ending.isFlow && typeof ending.path.at(-1) === 'number' && /^\s/.test(line)) return offset;
  const key = /^[\w.-]*/.exec(line)?.[0].length ?? 0;
  // A word on a line of its own is a key if it has a colon.
  if (ending.place === 'key' || (ending.place === 'inside' && /^\s*:/.test(line.slice(key))))
    return offset + key;
  return offset + before(before(line, ending.isFlow ? /[,}\]]/ : /$/), /(?:^|\s)#/).trimEnd().length;
}

function before(text: string, sign: RegExp): string {
  const at = text.search(sign);
  return at === -1 ? text : text.slice(0, at);
}

function siblingsOf(text: string, { place, path, start }: Cursor['ending']): ReadonlySet<string> {
  if (place === 'value' || place === 'item') return new Set();
  if (path.length === 0 && !isInBraces(text)) return topLevelKeys(text, start);
  const section = sectionAround(text, start);
  if (section.end - section.start > MAX_SECTION) return new Set();
  const { keys } = scan(text.slice(0, section.end), section.start);
  const own = keys.filter((key) => key.offset !== start && isIn(key.path, path));
  return new Set(own.map((key) => String(key.path.at(-1))));
}

function topLevelKeys(text: string, besides: number): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { index, 2: key = '' } of text.matchAll(/^(["']?)([\w.-]+)\1[ \t]*:/gm)) {
    if (index !== besides) keys.add(key);
  }
  return keys;
}

function isIn(path: Path, block: Path): boolean {
  return path.length === block.length + 1 && block.every((step, index) => step === path[index]);
}
