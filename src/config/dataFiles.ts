import type { DataFacts, TokenFacts } from './facts.ts';
import type { NamedFile } from './namedFile.ts';
import { quote } from './wording.ts';

/** What was counted of a file's rows; undefined also where nothing could be. */
export function countsOf({ data }: NamedFile): DataFacts | undefined {
  const known = data();
  return known?.problem === undefined ? known : undefined;
}

/** A file in tokens; undefined also where it has no row that can be worded. */
export function tokensOf({ tokens }: NamedFile): TokenFacts | undefined {
  const known = tokens();
  return known === undefined || known.problem !== undefined || known.lengths.length === 0 ? undefined : known;
}

/** The counts of all files; undefined as long as one of them is not known. */
export function allCounts(files: readonly NamedFile[]): readonly DataFacts[] | undefined {
  const known = files.flatMap((file) => countsOf(file) ?? []);
  return known.length === files.length && known.length > 0 ? known : undefined;
}

/** How many rows of one kind there are in files together. */
export function sumOfKind(counts: readonly DataFacts[], kind: keyof DataFacts['kinds']): number {
  return counts.reduce((sum, { kinds }) => sum + kinds[kind], 0);
}

/** Rows that ask something, so that they can be known or new (data/wording.ts, isAsking): no text, no conversation of several turns. */
export function askingRows({ kinds, several_turns: severalTurns }: DataFacts): number {
  return kinds.completion + kinds.question + kinds.chat - severalTurns;
}

/** Without the folders. */
export function baseName({ path }: Pick<NamedFile, 'path'>): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** A file as messages name it. */
export function fileName(file: Pick<NamedFile, 'path'>): string {
  return quote(baseName(file));
}

/** `line 7`; in a JSON array, which `.json` files hold, `record 7`. */
export function placeIn({ path }: Pick<NamedFile, 'path'>, line: number): string {
  return `${path.toLowerCase().endsWith('.json') ? 'record' : 'line'} ${line}`;
}

const LONGEST_REASON = 200;

/** A reason that quotes somebody's file, as part of a sentence of ours: on one line, without backticks or a full stop at its end. */
export function inSentence(reason: string): string {
  const line = reason.slice(0, LONGEST_REASON).replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  return line.replace(/\.$/, '');
}
