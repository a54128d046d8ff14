import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { messageOf } from '../base/text.ts';
import { parseRows, type ParsedRows } from '../data/parseRows.ts';
import { isAsking, type AskingRow } from '../data/wording.ts';
import { UserError } from './userError.ts';

/** A data file read from disk. */
export interface DataFile extends ParsedRows {
  /** As the user gave it. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Throws UserError where it cannot be read or has no readable row. */
export function readDataFile(file: string, from: string): DataFile {
  const path = resolve(from, file);
  const text = readText(file, path);
  const { rows, problems } = parseRows(text, basename(path));
  const [first] = problems;
  if (rows.length === 0) {
    const reason =
      first === undefined ? 'has no rows' : `has no readable row (line ${first.line} ${first.message})`;
    throw new UserError(`${file} ${reason}: give it rows such as {"question": "...", "answers": ["..."]}.`);
  }
  return { name: file, path, text, rows, problems };
}

/** The rows that ask something. Throws UserError where there is none. */
export function askingRows({ rows }: ParsedRows, file: string): AskingRow[] {
  const asking = rows.filter(isAsking);
  if (asking.length > 0) return asking;
  throw new UserError(
    `${file} has ${rows.length} rows and none asks anything: give rows with a question and answers, or a prompt and a completion.`,
  );
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`${file} could not be read (${messageOf(error)}): give the path of a data file.`);
  }
}
