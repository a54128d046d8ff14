import { grouped } from '../base/format.ts';
import type { TokenFacts } from './facts.ts';

/** Rows that something is said of, among all rows; from a sample, both are estimates. */
export interface RowShare {
  readonly rows: number;
  readonly of: number;
  readonly isSampled: boolean;
}

/** What was found among the rows that were looked at, as of the whole file. */
export function ofAllRows(found: number, { rows, lengths }: TokenFacts): RowShare {
  const looked = lengths.length;
  const isSampled = looked < rows;
  return { rows: isSampled ? Math.round((found * rows) / looked) : found, of: rows, isSampled };
}

/** Several files as one. */
export function together(shares: readonly RowShare[]): RowShare {
  return {
    rows: shares.reduce((sum, { rows }) => sum + rows, 0),
    of: shares.reduce((sum, { of }) => sum + of, 0),
    isSampled: shares.some(({ isSampled }) => isSampled),
  };
}

/** `12 of 300 rows are`, `1 of 300 rows is`, `about 12,000 of 300,000 rows are`: the beginning of a sentence's subject and its verb. */
export function shareOfRows(share: RowShare, singular = 'is', plural = 'are'): string {
  const { rows, of, isSampled } = share;
  const count = isSampled ? `About ${grouped(rounded(rows))}` : grouped(rows);
  return `${count} of ${rowsText(of)} ${rows === 1 ? singular : plural}`;
}

/** `1 row`, `1,200 rows`. */
export function rowsText(count: number): string {
  return `${grouped(count)} row${count === 1 ? '' : 's'}`;
}

/** To two digits, as much as a sample knows; never 0, because one was seen. */
function rounded(count: number): number {
  return Math.max(1, Number(count.toPrecision(2)));
}
