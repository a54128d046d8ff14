import type { Fix } from '../problem.ts';
import type { Fault, Locate } from '../readNodes.ts';
import { quote } from '../wording.ts';
import { commentsIn, jsonTokens, type JsonToken } from './tokens.ts';

/** What a block or list waits for: `next` is what follows a comma, `end` what follows a value. */
type Waiting = 'first' | 'next' | 'colon' | 'value' | 'end';

interface Level {
  readonly opener: JsonToken;
  waiting: Waiting;
}

interface Reading {
  readonly levels: Level[];
  readonly faults: Fault[];
  readonly locate: Locate;
  readonly text: string;
  readonly tokens: readonly JsonToken[];
  /** Of the first quote that its line never closes, behind which nothing is read; 1-based. */
  readonly openLine: number | undefined;
  /** Index of the token at hand. */
  at: number;
  /** The token before, comments aside. */
  last: JsonToken | undefined;
  /** Nothing that follows can be told from what it should be. */
  isLost: boolean;
}

const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * What is wrong with a config that is meant to be JSON, in the words of JSON and in the order of the text, each with the edit that mends it
 * where that is sure. Only what keeps it from being read: commas at the end, single quotes and bare words are YAML, which JSON is read as.
 */
export function jsonMistakes(text: string, locate: Locate): Fault[] {
  const reading = startReading(text, locate, [...jsonTokens(text)]);
  for (const [at, token] of reading.tokens.entries()) {
    if (reading.isLost) break;
    reading.at = at;
    if (token.kind === 'comment') tellComment(reading, token);
    else {
      take(reading, token);
      reading.last = token;
    }
  }
  const open = reading.levels.at(-1);
  if (open !== undefined && !reading.isLost) tellUnclosed(reading, open.opener);
  return reading.faults;
}

function startReading(text: string, locate: Locate, tokens: readonly JsonToken[]): Reading {
  const open = tokens.find(({ kind }) => kind === 'open');
  const openLine = open === undefined ? undefined : locate(open.start, open.end).line;
  return { levels: [], faults: [], locate, text, tokens, openLine, at: 0, last: undefined, isLost: false };
}

function take(reading: Reading, token: JsonToken): void {
  const level = reading.levels.at(-1);
  if (token.kind === 'open') lose(reading, token, 'has a quote that is never closed: write one at its end');
  else if (level === undefined) takeOutside(reading, token);
  else if (token.source === '}' || token.source === ']') close(reading, level, token);
  else if (token.source === ',' || token.source === ';') separate(reading, level, token);
  else if (token.source === ':' || token.source === '=') assign(reading, level, token);
  else takeItem(reading, level, token);
}

function takeOutside(reading: Reading, token: JsonToken): void {
  if (token.source === '{' && reading.last === undefined)
    reading.levels.push({ opener: token, waiting: 'first' });
  else
    lose(
      reading,
      token,
      'stands behind the bracket that closes the config: delete it, or the bracket too many before it',
    );
}

function close(reading: Reading, { opener, waiting }: Level, token: JsonToken): void {
  const closer = CLOSERS[opener.source] ?? '';
  const { line } = reading.locate(opener.start, opener.end);
  if (token.source !== closer)
    lose(
      reading,
      token,
      `closes what ${quote(opener.source)} opens on line ${line}: write ${quote(closer)}, or close that first`,
    );
  else if (waiting === 'colon' || waiting === 'value')
    lose(reading, token, `comes before the value of ${worded(reading.last)}: write \`"key": value\``);
  reading.levels.pop();
  settle(reading.levels.at(-1));
}

function separate(reading: Reading, level: Level, token: JsonToken): void {
  const { waiting } = level;
  if (waiting === 'colon' || waiting === 'value')
    lose(reading, token, `comes before the value of ${worded(reading.last)}: write \`"key": value\``);
  else if (waiting !== 'end')
    tell(reading, token, 'is one too many: delete it', edit('Delete the comma', reading, token, ''));
  else if (token.source === ';') tellInstead(reading, token, 'comma', ',');
  level.waiting = 'next';
}

function assign(reading: Reading, level: Level, token: JsonToken): void {
  if (level.waiting !== 'colon') {
    lose(reading, token, 'has no key before it: write `"key": value`');
    return;
  }
  if (token.source === '=') tellInstead(reading, token, 'colon', ':');
  level.waiting = 'value';
}

/** Of a sign that stands in the place of another one. */
function tellInstead(reading: Reading, token: JsonToken, name: string, sign: string): void {
  const fix = edit(`Change to a ${name}`, reading, token, sign);
  tell(reading, token, `stands where a ${name} belongs: write ${quote(sign)}`, fix);
}

function takeItem(reading: Reading, level: Level, token: JsonToken): void {
  const isGap = level.waiting === 'end' || level.waiting === 'colon';
  if (isGap && isBeforeOpenQuote(reading)) {
    loseQuotes(reading);
    return;
  }
  if (level.waiting === 'end') tellNoComma(reading, level, token);
  if (level.waiting === 'colon') {
    tellNoColon(reading, token);
    level.waiting = 'value';
  }
  const isKeyPlace = level.opener.source === '{' && level.waiting !== 'value';
  const opens = CLOSERS[token.source] !== undefined && token.kind === 'sign';
  if (isKeyPlace && opens) lose(reading, token, 'stands where a key belongs: write `"key": value`');
  else if (opens) reading.levels.push({ opener: token, waiting: 'first' });
  else if (isKeyPlace) level.waiting = 'colon';
  else settle(level);
  if (token.kind === 'text') tellEscape(reading, token);
}

function settle(level: Level | undefined): void {
  if (level !== undefined) level.waiting = 'end';
}

/** What JSON does not have and YAML takes for a part of the next key. */
export function jsonComments(text: string, locate: Locate): Fault[] {
  const reading = startReading(text, locate, commentsIn(text));
  for (const token of reading.tokens) tellComment(reading, token);
  return reading.faults;
}

function tellComment(reading: Reading, token: JsonToken): void {
  // What somebody has written down is not to be lost by Fix All.
  const fix = { ...edit('Delete the comment', reading, token, ''), isCertain: false };
  tell(
    reading,
    token,
    'is a comment, which JSON does not have: delete it, or write the config as `.sft.yaml`, with `#`',
    fix,
  );
}

function tellNoComma(reading: Reading, level: Level, token: JsonToken): void {
  const { last } = reading;
  const isCertain = isSurelyComma(reading, level, token);
  const isCut = !isCertain && (last?.kind === 'text' || token.kind === 'text');
  const cure = isCut
    ? `${worded(token)} follows: write one, or \`\\"\` for a quote inside a text`
    : 'more follows: write one';
  const fix = { ...edit('Add the comma', reading, after(last), ','), isCertain };
  tellAfter(reading, `${worded(last)} has no comma behind it, and ${cure}`, fix);
}

/** Not where a quote inside a text may have cut it in two, of which the second half is no item of its own. */
function isSurelyComma(reading: Reading, level: Level, token: JsonToken): boolean {
  const gap = gapBefore(reading, token);
  if (gap.includes('\n')) return true;
  const isItem = level.opener.source === '[' ? isWhole(token) : isKey(reading, token);
  return isItem && /\s/.test(gap);
}

function isWhole({ kind, source }: JsonToken): boolean {
  return kind === 'text' || CLOSERS[source] !== undefined;
}

function isKey({ tokens, at }: Reading, { kind }: JsonToken): boolean {
  return kind === 'text' && /^[:=]$/.test(tokens[at + 1]?.source ?? '');
}

function tellNoColon(reading: Reading, token: JsonToken): void {
  const { last } = reading;
  const isCertain = /\s/.test(gapBefore(reading, token));
  const fix = { ...edit('Add the colon', reading, after(last), ':'), isCertain };
  tellAfter(reading, `${worded(last)} has no colon behind it: write \`"key": value\``, fix);
}

function gapBefore({ text, last }: Reading, { start }: JsonToken): string {
  return text.slice(last?.end ?? 0, start);
}

/** Every text from the missing quote to the end of the line is then taken for what stands between texts, and the other way round. */
function isBeforeOpenQuote({ last, locate, openLine }: Reading): boolean {
  return last !== undefined && locate(last.start, last.end).line === openLine;
}

function loseQuotes(reading: Reading): void {
  const cure = 'write one where the text ends, or `\\"` for a quote inside it';
  tellAfter(reading, `From ${worded(reading.last)} on, a quote is never closed on its line: ${cure}`);
  reading.isLost = true;
}

function tellUnclosed(reading: Reading, opener: JsonToken): void {
  tell(reading, opener, `is never closed: write ${quote(CLOSERS[opener.source] ?? '')} where it ends`);
}

/** YAML knows more of these than JSON, and reads them. */
const ESCAPES = /\\(?:["\\/bfnrt0aevNLP_ \t]|u[\da-fA-F]{4}|x[\da-fA-F]{2}|U[\da-fA-F]{8})|\\./g;

function tellEscape(reading: Reading, { source, start }: JsonToken): void {
  const escapes = source.startsWith('"') ? source.matchAll(ESCAPES) : [];
  const bad = [...escapes].find(([escape]) => /^\\[^"\\/bfnrt0aevNLP_ \t]$/.test(escape));
  if (bad === undefined) return;
  const at = start + bad.index;
  const token: JsonToken = { kind: 'text', start: at, end: at + bad[0].length, source: bad[0] };
  tell(reading, token, 'stands for nothing: write two backslashes where one is meant');
}

function tell(reading: Reading, token: JsonToken, what: string, ...fixes: readonly Fix[]): void {
  const range = reading.locate(token.start, token.end);
  push(reading, { message: `${worded(token)} ${what}.`, range }, fixes);
}

/** About what is missing behind the token before. */
function tellAfter(reading: Reading, what: string, ...fixes: readonly Fix[]): void {
  const { start = 0, end = 0 } = reading.last ?? {};
  push(reading, { message: `${what}.`, range: reading.locate(start, end) }, fixes);
}

function push(reading: Reading, fault: Fault, fixes: readonly Fix[]): void {
  reading.faults.push(fixes.length === 0 ? fault : { ...fault, fixes });
}

/** Tells of a mistake behind which nobody knows what belongs to what. */
function lose(reading: Reading, token: JsonToken, what: string): void {
  tell(reading, token, what);
  reading.isLost = true;
}

function edit(
  title: string,
  { locate }: Reading,
  place: Pick<JsonToken, 'start' | 'end'>,
  replacement: string,
): Fix {
  const range = { ...locate(place.start, place.end), length: place.end - place.start };
  return { title, edits: [{ range, replacement }], isCertain: true };
}

function after(token: JsonToken | undefined): Pick<JsonToken, 'start' | 'end'> {
  const end = token?.end ?? 0;
  return { start: end, end };
}

function worded(token: JsonToken | undefined): string {
  return quote(token?.source ?? '');
}
