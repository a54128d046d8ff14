import { createRandom, shuffled } from '../base/random.ts';
import { normaliseQuestion } from './knowledge.ts';
import { parseRows, recordsAt } from './parseRows.ts';
import type { Row } from './row.ts';
import { isAsking, questionOf } from './wording.ts';

/** Records of a data file in two parts, each in the file's order, one line of JSON each as it was written. */
export interface SplitRows {
  readonly train: readonly string[];
  readonly evaluation: readonly string[];
}

/**
 * Sets rows of a data file aside at random. Rows that ask the same stay together, because a row that is trained on in another
 * copy evaluates nothing: so a few less than `count` may be set aside, never more and never all. Records that are no rows are
 * left out. The same seed and rows give the same parts.
 */
export function splitRows(
  text: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): SplitRows {
  const { rows } = parseRows(text, '');
  const most = Math.min(count, rows.length - 1);
  const aside = new Set<number>();
  for (const group of shuffled(groupsOf(rows), createRandom(seed, 'evaluation')))
    if (aside.size + group.length <= most) for (const row of group) aside.add(lineOf(row));
  const kept = rows.map(lineOf).filter((line) => !aside.has(line));
  return { train: recordsAt(text, new Set(kept)), evaluation: recordsAt(text, aside) };
}

function groupsOf(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = isAsking(row) ? normaliseQuestion(questionOf(row)) : JSON.stringify({ ...row, id: '' });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** Ids are `name:line`. */
function lineOf({ id }: Row): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}
