import { LineCounter } from 'yaml';
import { messageOf } from '../base/text.ts';
import { compose, type Complaint } from './compose.ts';
import { jsonComments, jsonMistakes } from './json/mistakes.ts';
import { looksLikeJson, withoutComments } from './json/tokens.ts';
import { MAX_CONFIG_LENGTH } from './limits.ts';
import { formatPath, isBlock, type Block, type Path } from './path.ts';
import type { Problem } from './problem.ts';
import { firstLine, START, type Range } from './range.ts';
import { readNodes, type Duplicate, type Entry, type Fault, type Locate } from './readNodes.ts';
import { syntaxMessage } from './syntaxMessage.ts';
import { show } from './wording.ts';

export type { Duplicate, Entry } from './readNodes.ts';

/** A config's text as plain data, with the place of every value. Says nothing yet about whether the settings make sense. */
export interface ParsedConfig {
  /** Without byte order mark: what every range counts in. */
  readonly text: string;
  /** The settings; `{}` for a file without any, undefined where the text is no block of settings at all. */
  readonly value: Block | undefined;
  /** By dotted path (`formatPath`). */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly duplicates: readonly Duplicate[];
  /** What keeps the text from being read; `value` holds what could be read nevertheless. */
  readonly problems: readonly Problem[];
}

/** One mistake in YAML often breaks every line after it: more complaints would only hide the first, so nobody counts them. */
const MAX_SYNTAX_PROBLEMS = 5;

/** Reads YAML, and JSON as part of it. Total: never throws, whatever the text. */
export function parseConfigText(text: string): ParsedConfig {
  const clean = text.replace(/^\uFEFF/, '');
  if (clean.length > MAX_CONFIG_LENGTH) {
    const message = `The config is ${clean.length} characters long, at most ${MAX_CONFIG_LENGTH} are read: keep data in data files.`;
    return unreadable(clean, [{ message, range: START }]);
  }
  try {
    return parseYaml(clean);
  } catch (error) {
    // The package reports by value; this guards against its own mistakes.
    const message = `The config cannot be read as YAML (${messageOf(error)}): simplify it.`;
    return unreadable(clean, [{ message, range: START }]);
  }
}

/** Where the value at `path` stands; of a value that is not in the text: the nearest block around it. */
export function valueRange(parsed: ParsedConfig, path: Path): Range {
  const entry = parsed.entries.get(formatPath(path));
  if (entry !== undefined) return entry.value;
  return path.length === 0 ? START : valueRange(parsed, path.slice(0, -1));
}

/** Where the key of `path` stands; of an item of a list, which has none: the first line of its value. */
export function keyRange(parsed: ParsedConfig, path: Path): Range {
  return parsed.entries.get(formatPath(path))?.key ?? firstLine(parsed.text, valueRange(parsed, path));
}

function parseYaml(text: string): ParsedConfig {
  const lineCounter = new LineCounter();
  const locate = createLocate(text, lineCounter);
  const isJson = looksLikeJson(text);
  const composed = compose(isJson ? withoutComments(text) : text, lineCounter);
  if ('because' in composed) {
    const range = locate(composed.offset, composed.offset + 1);
    return unreadable(text, [{ message: `The config ${composed.because}: keep settings only.`, range }]);
  }
  const { contents, complaints } = composed;
  const { value: read, entries, duplicates, faults } = readNodes(contents, locate);
  const problems = isJson
    ? jsonFaults(complaints, faults, text, locate)
    : [...describe(complaints, 'YAML', text, locate), ...faults];
  const value = read === null && problems.length === 0 ? {} : read;
  if (isBlock(value) && faults.length === 0) {
    return { text, value, entries, duplicates, problems: asProblems(problems) };
  }
  return unreadable(text, problems.length > 0 ? problems : [notSettings(value)]);
}

function unreadable(text: string, faults: readonly Fault[]): ParsedConfig {
  return { text, value: undefined, entries: new Map(), duplicates: [], problems: asProblems(faults) };
}

function notSettings(value: unknown): Fault {
  const message = `The config is ${show(value)}, not settings: write lines like \`learning_rate: 5.0e-5\`.`;
  return { message, range: START };
}

/** Whoever writes JSON knows nothing of YAML, as which it is read: what YAML makes of a mistake would only hide the mistake. */
function jsonFaults(
  complaints: readonly Complaint[],
  faults: readonly Fault[],
  text: string,
  locate: Locate,
): readonly Fault[] {
  if (complaints.length === 0) return [...jsonComments(text, locate), ...faults];
  const mistakes = jsonMistakes(text, locate);
  return mistakes.length > 0 ? mistakes : [...describe(complaints, 'JSON', text, locate), ...faults];
}

/** Only the first complaints are looked at closely: there may be one for every character. */
function describe(
  complaints: readonly Complaint[],
  language: 'YAML' | 'JSON',
  text: string,
  locate: Locate,
): Fault[] {
  return firstOfEachLine(
    complaints.map(({ code, message, pos }) => ({ code, message, range: locate(...pos) })),
  ).map(({ code, message, range }) => {
    const line = firstLine(text, { ...range, offset: range.offset - range.column + 1, length: text.length });
    const words = text.slice(line.offset, line.offset + line.length).trim();
    return { message: syntaxMessage(code, words, message, language), range: firstLine(text, range) };
  });
}

function asProblems(faults: readonly Fault[]): Problem[] {
  return firstOfEachLine(faults).map((fault) => ({ code: 'config.syntax', level: 'error', ...fault }));
}

function firstOfEachLine<Placed extends { readonly range: Range }>(items: readonly Placed[]): Placed[] {
  const sorted = [...items].sort((a, b) => a.range.offset - b.range.offset);
  return sorted
    .filter(({ range }, index) => range.line !== sorted[index - 1]?.range.line)
    .slice(0, MAX_SYNTAX_PROBLEMS);
}

function createLocate(text: string, lineCounter: LineCounter): Locate {
  return (start, end) => {
    // A block's end is the start of the next one: blank lines between them belong to neither.
    const offset = Math.min(start, text.length);
    const length = text.slice(offset, end).trimEnd().length;
    const { line, col } = lineCounter.linePos(offset);
    return { offset, length, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}
