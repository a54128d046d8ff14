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
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const start = offset;
    offset += line.length + 1;
    const match = COMMENT.exec(line);
    if (match?.[2] === undefined) return [];
    const codesAt = match.index + match[0].length - match[2].length;
    const codes = (match[2].split(/(?:^|\s)--/)[0] ?? '').matchAll(/[\w.-]+/g);
    return [...codes].map((found) => {
      const column = codesAt + found.index;
      const range = { offset: start + column, length: found[0].length, line: index + 1, column: column + 1 };
      return { line: isAlone(line) ? nextLine(lines, index) + 1 : index + 1, code: found[0], range };
    });
  });
}

/** Whether nothing but the comment stands on a line. */
function isAlone(line: string): boolean {
  return /^\s*#\s*holdfast-ignore[ \t]/.test(line);
}

/** 0-based: the line below, past other comments of this kind. */
function nextLine(lines: readonly string[], index: number): number {
  let next = index + 1;
  while (isAlone(lines[next] ?? '')) next += 1;
  return next;
}

/** Errors stay: the run would not start, whether its author is told or not. */
export function isIgnored({ code, level, range }: Problem, ignores: readonly Ignore[]): boolean {
  return level !== 'error' && ignores.some((ignore) => ignore.line === range.line && ignore.code === code);
}
