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
  /** The token before. */
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
  const reading: Reading = { levels: [], faults: [], locate, last: undefined, isLost: false };
  for (const token of jsonTokens(text)) {
    if (reading.isLost) break;
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
  else if (token.source === ';')
    tell(
      reading,
      token,
      'stands where a comma belongs: write `,`',
      edit('Change to a comma', reading, token, ','),
    );
  level.waiting = 'next';
}

function assign(reading: Reading, level: Level, token: JsonToken): void {
  if (level.waiting !== 'colon') {
    lose(reading, token, 'has no key before it: write `"key": value`');
    return;
  }
  if (token.source === '=')
    tell(
      reading,
      token,
      'stands where a colon belongs: write `:`',
      edit('Change to a colon', reading, token, ':'),
    );
  level.waiting = 'value';
}

function takeItem(reading: Reading, level: Level, token: JsonToken): void {
  if (level.waiting === 'end') tellNoComma(reading);
  if (level.waiting === 'colon') {
    const key = worded(reading.last);
    tellAfter(
      reading,
      `${key} has no colon behind it: write \`"key": value\``,
      edit('Add the colon', reading, after(reading.last), ':'),
    );
    level.waiting = 'value';
  }
  const isKey = level.opener.source === '{' && level.waiting !== 'value';
  const opens = CLOSERS[token.source] !== undefined && token.kind === 'sign';
  if (isKey && opens) lose(reading, token, 'stands where a key belongs: write `"key": value`');
  else if (opens) reading.levels.push({ opener: token, waiting: 'first' });
  else if (isKey) level.waiting = 'colon';
  else settle(level);
  if (token.kind === 'text') tellEscape(reading, token);
}

function settle(level: Level | undefined): void {
  if (level !== undefined) level.waiting = 'end';
}

/** What JSON does not have and YAML takes for a part of the next key. */
export function jsonComments(text: string, locate: Locate): Fault[] {
  const reading: Reading = { levels: [], faults: [], locate, last: undefined, isLost: false };
  for (const token of commentsIn(text)) tellComment(reading, token);
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

function tellNoComma(reading: Reading): void {
  tellAfter(
    reading,
    `${worded(reading.last)} has no comma behind it, and more follows: write one`,
    edit('Add the comma', reading, after(reading.last), ','),
  );
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
  const message = `${worded(token)} ${what}.`;
  const range = reading.locate(token.start, token.end);
  reading.faults.push({ message, range, ...(fixes.length === 0 ? {} : { fixes }) });
}

/** About what is missing behind the token before. */
function tellAfter(reading: Reading, what: string, fix: Fix): void {
  const { start = 0, end = 0 } = reading.last ?? {};
  reading.faults.push({ message: `${what}.`, range: reading.locate(start, end), fixes: [fix] });
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
