import { keyRange, parseConfigText, valueRange, type ParsedConfig } from './parse.ts';
import { formatPath, isBlock, valueAt, type Path } from './path.ts';
import { applyEdits, type TextEdit } from './problem.ts';
import type { Range } from './range.ts';

/**
 * Changes of a config's text that leave everything else as it stands: comments, order, blank lines, quotes. Values are given as
 * they shall stand in YAML; in JSON and inside `{}` they are written as JSON, which is YAML too.
 */

/** Another value for a setting that is there. */
export function replaceValue(parsed: ParsedConfig, path: Path, value: string): TextEdit {
  const range = valueRange(parsed, path);
  const replacement = isJson(parsed) ? asJson(value) : value;
  // An empty value stands where its key does.
  if (isEmptyValue(parsed, path)) return insertion(endOfKey(parsed, path), ` ${replacement}`);
  return { range, replacement };
}

/** Another name for a key. */
export function renameKey(parsed: ParsedConfig, path: Path, name: string): TextEdit {
  const range = keyRange(parsed, path);
  const isQuoted = /["']/.test(parsed.text.charAt(range.offset));
  return { range, replacement: isQuoted ? JSON.stringify(name) : name };
}

/** A setting with its value, put where it is, or added at the end of its block, which is made where it is missing. */
export function setSetting(parsed: ParsedConfig, path: Path, value: string): TextEdit {
  if (parsed.entries.has(formatPath(path))) return replaceValue(parsed, path, value);
  const block = path.slice(0, -1);
  const key = String(path.at(-1) ?? '');
  const isThere = block.length === 0 || isBlock(valueAt(parsed.value, block));
  if (isThere) return addKey(parsed, block, key, value);
  return setSetting(parsed, block, `{${key}: ${value}}`);
}

/** Several settings at once. */
export function setSettings(
  parsed: ParsedConfig,
  settings: readonly (readonly [path: Path, value: string])[],
): TextEdit[] {
  return [
    inTurn(
      parsed,
      settings.map(
        ([path, value]) =>
          (now: ParsedConfig) =>
            setSetting(now, path, value),
      ),
    ),
  ];
}

/** A key at the end of a block that is there. */
export function addKey(parsed: ParsedConfig, block: Path, key: string, value: string): TextEdit {
  const braces = flowOf(parsed, block);
  if (braces !== undefined) return addInBraces(parsed, block, braces, key, value);
  const last = lastEntry(parsed, block);
  if (last === undefined) {
    const at = block.length === 0 ? parsed.text.length : endOfLine(parsed.text, endOfKey(parsed, block));
    const indent = block.length === 0 ? '' : `${indentAt(parsed, keyRange(parsed, block))}  `;
    return insertion(at, `${lead(parsed.text, at)}${indent}${key}: ${value}${trail(parsed.text, at)}`);
  }
  const at = endOfLine(parsed.text, last.end);
  return insertion(at, `${newlineOf(parsed.text)}${last.indent}${key}: ${value}`);
}

/**
 * Several changes one after the other, as one edit that spans them: for changes that may touch each other. Comments and everything else
 * between them stay as they stand.
 */
export function inTurn(
  parsed: ParsedConfig,
  changes: readonly ((parsed: ParsedConfig) => TextEdit)[],
): TextEdit {
  const after = changes.reduce(
    (now, change) => parseConfigText(applyEdits(now.text, [change(now)])),
    parsed,
  ).text;
  const before = parsed.text;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same += 1;
  return replacing(start, before.length - same, after.slice(start, after.length - same));
}

/** A setting or an item of a list taken out, with its lines where it has any, and with the comment behind it. */
export function removeSetting(parsed: ParsedConfig, path: Path): TextEdit {
  const entry = parsed.entries.get(formatPath(path));
  if (entry === undefined) return insertion(0, '');
  const start = (entry.key ?? entry.value).offset;
  const end = Math.max(entry.value.offset + entry.value.length, start + (entry.key?.length ?? 0));
  const lineStart = parsed.text.lastIndexOf('\n', start - 1) + 1;
  const before = parsed.text.slice(lineStart, start);
  const isItem = typeof path.at(-1) === 'number' && /^\s*-\s+$/.test(before);
  const isAlone = (isItem || before.trim() === '') && !isInBrackets(parsed, path);
  if (isAlone) {
    const lineEnd = endOfLine(parsed.text, end);
    const next = parsed.text.startsWith('\r\n', lineEnd)
      ? lineEnd + 2
      : Math.min(lineEnd + 1, parsed.text.length);
    return replacing(lineStart, next, '');
  }
  return removeWithComma(parsed.text, start, end);
}

/** `value` as JSON, from how YAML writes it on one line: a word, a number, `[a, b]`, `{a: b}`. */
function asJson(value: string): string {
  if (/^(true|false|null|-?\d[\d.]*(e[-+]?\d+)?|".*")$/i.test(value)) return value;
  if (/^[[{]/.test(value))
    return value.replace(/"[^"]*"|[A-Za-z_][\w.\-/]*/g, (word) =>
      /^(".*"|true|false|null)$/.test(word) ? word : JSON.stringify(word),
    );
  return JSON.stringify(value);
}

/** Whether the whole config stands in braces with quoted keys. */
function isJson(parsed: ParsedConfig): boolean {
  return /^\s*\{\s*("|\}|$)/.test(parsed.text);
}

interface Braces {
  /** Offset of the closing one. */
  readonly close: number;
  readonly isEmpty: boolean;
}

/** Where a block in `{}` ends; undefined for one made of lines. */
function flowOf(parsed: ParsedConfig, block: Path): Braces | undefined {
  const { offset, length } = block.length === 0 ? wholeOf(parsed.text) : valueRange(parsed, block);
  if (parsed.text[offset] !== '{') return undefined;
  const close = offset + length - 1;
  if (parsed.text[close] !== '}') return undefined;
  return { close, isEmpty: Object.keys(valueAt(parsed.value, block) ?? {}).length === 0 };
}

function wholeOf(text: string): { offset: number; length: number } {
  const offset = text.search(/\S/);
  return { offset: Math.max(0, offset), length: text.trim().length };
}

/** Whether a block or list around it is written in `{}` or `[]`, where commas part what is in it. */
function isInBrackets(parsed: ParsedConfig, path: Path): boolean {
  return path.some((_, depth) => {
    const { offset } = depth === 0 ? wholeOf(parsed.text) : valueRange(parsed, path.slice(0, depth));
    return /[[{]/.test(parsed.text.charAt(offset));
  });
}

function addInBraces(
  parsed: ParsedConfig,
  block: Path,
  braces: Braces,
  key: string,
  value: string,
): TextEdit {
  const json = isJson(parsed);
  const pair = json ? `${JSON.stringify(key)}: ${asJson(value)}` : `${key}: ${value}`;
  if (braces.isEmpty) return insertion(braces.close, pair);
  const last = lastEntry(parsed, block);
  const at = last?.end ?? braces.close;
  const { text } = parsed;
  const isOnLines = last !== undefined && text.slice(at, braces.close).includes('\n');
  return insertion(at, isOnLines ? `,${newlineOf(text)}${last.indent}${pair}` : `, ${pair}`);
}

/** The entry of a block that ends last in the text, and how its line is indented. */
function lastEntry(parsed: ParsedConfig, block: Path): { end: number; indent: string } | undefined {
  const keys = Object.keys(valueAt(parsed.value, block) ?? {});
  const entries = keys.flatMap((key) => parsed.entries.get(formatPath([...block, key])) ?? []);
  const first = entries[0];
  if (first === undefined) return undefined;
  const end = Math.max(
    ...entries.map(({ key, value }) => Math.max(endOf(value), key === undefined ? 0 : endOf(key) + 1)),
  );
  return { end, indent: indentAt(parsed, first.key ?? first.value) };
}

function isEmptyValue(parsed: ParsedConfig, path: Path): boolean {
  const entry = parsed.entries.get(formatPath(path));
  return entry?.key !== undefined && entry.value.offset === entry.key.offset;
}

/** After the colon of a key that has nothing behind it. */
function endOfKey(parsed: ParsedConfig, path: Path): number {
  const end = endOf(keyRange(parsed, path));
  const colon = parsed.text.indexOf(':', end);
  return colon === -1 ? end : colon + 1;
}

/** Takes the comma behind it along, else the one before it. */
function removeWithComma(text: string, start: number, end: number): TextEdit {
  const behind = /^\s*,[ \t]*(?:\r?\n[ \t]*)?/.exec(text.slice(end));
  if (behind !== null) return replacing(start, end + behind[0].length, '');
  const before = /,?\s*$/.exec(text.slice(0, start));
  return replacing(start - (before?.[0].length ?? 0), end, '');
}

function insertion(offset: number, replacement: string): TextEdit {
  return replacing(offset, offset, replacement);
}

function replacing(start: number, end: number, replacement: string): TextEdit {
  // Only offset and length count in an edit; whoever shows it works out the line.
  return { range: { offset: start, length: end - start, line: 1, column: 1 }, replacement };
}

function endOf({ offset, length }: Range): number {
  return offset + length;
}

/** Before the line break, behind a comment. */
function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function indentAt({ text }: ParsedConfig, { offset }: Range): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return line.replace(/\S/g, ' ');
}

/** How its lines end. */
export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function lead(text: string, at: number): string {
  return at === 0 || text[at - 1] === '\n' ? '' : newlineOf(text);
}

function trail(text: string, at: number): string {
  return at === text.length ? newlineOf(text) : '';
}
