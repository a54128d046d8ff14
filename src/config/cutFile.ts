import type { TokenFacts } from './facts.ts';
import type { NamedFile } from './namedFile.ts';
import { ofAllRows, type RowShare } from './rowCounts.ts';

/** What `max_length` does to the rows of a file, as both engines cut them: from the right. */
export interface CutFile {
  readonly file: NamedFile;
  /** Rows that are left out, because no token remains that the loss counts. */
  readonly masked: RowShare;
  /** Line of the first of them; undefined where there is none. */
  readonly firstMasked: number | undefined;
  /** Rows that lose their end and keep something that counts. */
  readonly shortened: RowShare;
  readonly longest: LongRow;
}

/** The longest row of a file; of a large one, of those that were looked at. */
export interface LongRow {
  readonly file: NamedFile;
  /** Tokens, end token included, before anything is cut. */
  readonly length: number;
  readonly line: number;
}

export function cutFile(file: NamedFile, tokens: TokenFacts, maxLength: number): CutFile {
  const { lengths, first_counted: firsts, lines } = tokens;
  let [masked, shortened, longest] = [0, 0, 0];
  let firstMasked: number | undefined;
  for (const [index, length] of lengths.entries()) {
    // The first token of a row is never predicted.
    const first = Math.max(1, firsts[index] ?? length);
    if (first >= Math.min(length, maxLength)) {
      masked += 1;
      firstMasked ??= lines[index];
    } else if (length > maxLength) shortened += 1;
    if (length > (lengths[longest] ?? 0)) longest = index;
  }
  return {
    file,
    masked: ofAllRows(masked, tokens),
    firstMasked,
    shortened: ofAllRows(shortened, tokens),
    longest: { file, length: lengths[longest] ?? 0, line: lines[longest] ?? 1 },
  };
}

/** The longest of all rows; undefined without files. */
export function longestOf(files: readonly CutFile[]): LongRow | undefined {
  return files.map(({ longest }) => longest).reduce<LongRow | undefined>(longer, undefined);
}

function longer(one: LongRow | undefined, other: LongRow): LongRow {
  return one === undefined || other.length > one.length ? other : one;
}
