import { ROW_FORMATS } from './formats/formats.ts';
import type { Row } from './row.ts';

/** A record that could not be read; `line` counts from 1 (records, in a JSON array). */
export interface RowProblem {
  readonly line: number;
  readonly message: string;
}

export interface ParsedRows {
  readonly rows: readonly Row[];
  readonly problems: readonly RowProblem[];
}

/**
 * Reads a data file: JSON Lines, or one JSON array of records. Never throws; records that cannot be read are problems.
 * @param name short name of the file; row ids are `name:line`
 */
export function parseRows(text: string, name: string): ParsedRows {
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  for (const { line, value, message } of records(text.replace(/^\uFEFF/, ''))) {
    const row = message ?? parseRecord(value, `${name}:${line}`);
    if (typeof row === 'string') problems.push({ line, message: row });
    else rows.push(row);
  }
  return { rows, problems };
}

/** Whether a data file that begins like this is one JSON array, and not one of lines. */
export function isJsonArray(beginning: string): boolean {
  return beginning
    .replace(/^\uFEFF/, '')
    .trimStart()
    .startsWith('[');
}

/** A line of JSON Lines as a row, or half a sentence saying why it is none: parseRows for files of any size. */
export function parseLine(line: string, id: string): Row | string {
  const { value, message } = parseJson(line);
  return message ?? parseRecord(value, id);
}

/** The records of a data file in the wanted lines (as parseRows counts them), as JSON of one line each, every key kept. */
export function recordsAt(text: string, lines: ReadonlySet<number>): string[] {
  return [...records(text.replace(/^\uFEFF/, ''))]
    .filter(({ line, message }) => message === undefined && lines.has(line))
    .map(({ source, value }) => source ?? JSON.stringify(value));
}

interface RawRecord {
  readonly line: number;
  readonly value?: unknown;
  readonly message?: string;
  /** As it stands in a file of lines. */
  readonly source?: string;
}

function* records(text: string): Generator<RawRecord> {
  if (isJsonArray(text)) {
    const array = parseJson(text);
    if (!Array.isArray(array.value)) yield { line: 1, message: array.message ?? 'must be a list of records' };
    else for (const [index, value] of array.value.entries()) yield { line: index + 1, value: value as unknown };
    return;
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') yield { line: index + 1, source: line.trim(), ...parseJson(line) };
  }
}

/** A value, or half a sentence saying what stands there instead. */
export function parseJson(text: string): { value?: unknown; message?: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { message: notJson(text) };
  }
}

/** Half a sentence about a text that is no JSON. */
export function notJson(text: string): string {
  return `not JSON: ${text.trim().slice(0, 60)}`;
}

/** A record as a row, or half a sentence saying why it is none. */
export function parseRecord(value: unknown, id: string): Row | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const record = value as Readonly<Record<string, unknown>>;
  const format = ROW_FORMATS.find((candidate) => candidate.matches(record));
  if (format !== undefined) return format.parse(record, id);
  const keys = Object.keys(record).slice(0, 6).join(', ');
  return `has the keys ${keys || '(none)'}, which is no known row format: ${ROW_FORMATS.map(({ name }) => name).join(', ')}`;
}
