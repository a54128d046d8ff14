import type { Problem } from './problem.ts';
import type { Range } from './range.ts';

/** A comment that says which warnings somebody knows about: `# holdfast-ignore schedule.warmup-too-long`. */
export interface Ignore {
  /** 1-based: the line it stands on, or, where it has that for itself, the next one. */
  readonly line: number;
  readonly code: string;
  /** Of the code in the comment. */
  readonly range: Range;
}

const COMMENT = /(^|\s)#\s*holdfast-ignore[ \t]+([\w.,\- \t]+)/;

/** Codes are parted by blanks or commas; what follows ` -- ` is for people. */
export function readIgnores(text: string): Ignore[] {
  // Most configs have none, and splitting a large one costs.
  if (!text.includes('holdfast-ignore')) return [];
  let offset = 0;
  return text.split('\n').flatMap((line, index) => {
    const start = offset;
    offset += line.length + 1;
    const match = COMMENT.exec(line);
    if (match?.[2] === undefined) return [];
    const isAlone = line.slice(0, match.index + (match[1]?.length ?? 0)).trim() === '';
    const codesAt = match.index + match[0].length - match[2].length;
    const codes = (match[2].split(/(?:^|\s)--/)[0] ?? '').matchAll(/[\w.-]+/g);
    return [...codes].map((found) => {
      const column = codesAt + found.index;
      const range = { offset: start + column, length: found[0].length, line: index + 1, column: column + 1 };
      return { line: isAlone ? index + 2 : index + 1, code: found[0], range };
    });
  });
}

/** Errors stay: the run would not start, whether its author is told or not. */
export function isIgnored({ code, level, range }: Problem, ignores: readonly Ignore[]): boolean {
  return level !== 'error' && ignores.some((ignore) => ignore.line === range.line && ignore.code === code);
}
