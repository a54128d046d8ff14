import type { About } from './about.ts';
import { placeIn, fileName } from './dataFiles.ts';
import { setSetting } from './edits.ts';
import { longestOf, type CutFile, type LongRow } from './cutFile.ts';
import { valueRange, type ParsedConfig } from './parse.ts';
import { positionsOf } from './positions.ts';
import type { Path } from './path.ts';
import type { Fix } from './problem.ts';
import type { Range } from './range.ts';
import { settingOf } from './schemaIssues.ts';

const PATH = ['max_length'];

/** `max_length: 16`, or `max_length: 1024`, the default. As part of a sentence; a comma follows the default. */
export function maxLengthText(parsed: ParsedConfig, value: number): string {
  return isWritten(parsed) ? `\`max_length: ${value}\`` : `\`max_length: ${value}\`, the default,`;
}

/** Where to complain about it: at its value, or, where it is not written, at the file whose rows it cuts. */
export function maxLengthPlace(
  parsed: ParsedConfig,
  file: Path,
): { readonly path: Path; readonly range: Range } {
  if (isWritten(parsed)) return { path: PATH, range: valueRange(parsed, PATH) };
  return { path: file, range: valueRange(parsed, file) };
}

/** What a larger `max_length` can do for rows that are cut. */
export interface Lengthening {
  readonly longest: LongRow;
  /** A clause that follows a colon. */
  readonly cure: string;
  readonly fixes: readonly Fix[];
}

/** undefined where nothing is cut. */
export function lengthening(
  parsed: ParsedConfig,
  about: About,
  cut: readonly CutFile[],
  rest: string,
): Lengthening | undefined {
  const longest = longestOf(cut);
  const most = about.config()?.max_length;
  if (longest === undefined || most === undefined || longest.length <= most) return undefined;
  const model = about.model();
  const positions = (model && positionsOf(model))?.count ?? Infinity;
  if (longest.length <= positions)
    return {
      longest,
      cure: `write \`max_length: ${longest.length}\`, or ${rest}`,
      fixes: [setMaxLength(parsed, longest.length, false)],
    };
  const known = `because the model knows ${positions} positions`;
  const cure =
    most < positions ? `write \`max_length: ${positions}\` and ${rest}, ${known}` : `${rest}, ${known}`;
  return { longest, cure, fixes: [] };
}

export function setMaxLength(parsed: ParsedConfig, value: number, isCertain: boolean): Fix {
  const isThere = isWritten(parsed);
  return {
    title: `${isThere ? 'Change to' : 'Add'} max_length: ${value}`,
    edits: [setSetting(parsed, PATH, String(value))],
    isCertain,
  };
}

/** `31 tokens (line 17 of `rows.jsonl`)`. */
export function longText({ file, length, line }: LongRow): string {
  return `${length.toLocaleString('en-US')} tokens (${placeIn(file, line)} of ${fileName(file)})`;
}

/** A value that is not valid counts as not written, as everywhere. */
function isWritten(parsed: ParsedConfig): boolean {
  return parsed.entries.has('max_length') && settingOf(parsed, 'max_length') !== undefined;
}
