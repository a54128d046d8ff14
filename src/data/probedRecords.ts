import type { Knowledge } from './knowledge.ts';
import { parseRows, recordsAt } from './parseRows.ts';
import { isAsking, questionOf } from './wording.ts';

/** A data file that was probed. */
export interface ProbedText {
  /** Short, as ids of rows begin. */
  readonly name: string;
  readonly text: string;
}

/** A row of a probe's result. */
export interface JudgedRow {
  /** `name:line`; two files may have the same name. */
  readonly id: string;
  readonly question: string;
  readonly knowledge: Knowledge;
}

/**
 * The records behind the probed rows of one kind, as they stand in the files, one line of JSON each. undefined: the files ask
 * other questions than those that were probed.
 * @param files in the order in which they were probed, one after another
 */
export function probedRecords(
  files: readonly ProbedText[],
  rows: readonly JudgedRow[],
  kind: Knowledge,
): string[] | undefined {
  const parts: string[] = [];
  let begin = 0;
  for (const { name, text } of files) {
    const asking = parseRows(text, name).rows.filter(isAsking);
    const judged = rows.slice(begin, begin + asking.length);
    begin += asking.length;
    const isSame = asking.every((row, index) => {
      const asked = judged[index];
      return asked?.id === row.id && asked.question === questionOf(row);
    });
    if (!isSame) return undefined;
    const wanted = judged.filter(({ knowledge }) => knowledge === kind).map(({ id }) => lineOf(id));
    parts.push(...recordsAt(text, new Set(wanted)));
  }
  return begin === rows.length ? parts : undefined;
}

function lineOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}
