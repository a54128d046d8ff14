import type { Problem } from '../../problem.ts';
import { asMarkdown } from '../markdown.ts';
import { complete, order, type Completion } from './completion.ts';

const WORD = 'holdfast-ignore';

/**
 * Codes for `# holdfast-ignore`, of the warnings and hints that such a comment would silence: those of its line, or, where it has the line
 * for itself, of the next one.
 * @param start offset of the comment's `#`
 */
export function ignoreCompletions(
  text: string,
  start: number,
  offset: number,
  problems: () => readonly Problem[],
): Completion[] {
  const comment = text.slice(start + 1, offset);
  const begun = /^[ \t]*([\w-]*)$/.exec(comment)?.[1];
  const codes = /^[ \t]*holdfast-ignore[ \t]+((?:[\w.-]+[ \t,]+)*)([\w.-]*)$/.exec(comment);
  const isIgnore = codes !== null;
  if (!isIgnore && (begun === undefined || !WORD.startsWith(begun))) return [];
  const word = isIgnore ? (codes[2] ?? '') : (begun ?? '');
  const silenced = new Set((codes?.[1] ?? '').split(/[ \t,]+/));
  const { line, isAlone } = lineOf(text, start);
  const found = problems().filter(
    ({ level, code, range }) =>
      // Not what is said of the comment itself.
      level !== 'error' && range.line === line && (isAlone || range.offset < start) && !silenced.has(code),
  );
  const rest = /^[\w.-]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const range = { offset: offset - word.length, length: word.length + rest };
  return unique(found).map(({ code, message }, index) =>
    complete(range, {
      label: code,
      kind: 'code',
      insert: isIgnore ? code : `${comment.endsWith(' ') || word !== '' ? '' : ' '}${WORD} ${code}`,
      filter: isIgnore ? code : `${WORD} ${code}`,
      detail: isIgnore ? 'on this line' : `${WORD} ${code}`,
      documentation: asMarkdown(message),
      sort: order(0, index),
    }),
  );
}

/** The line that a comment speaks of, from 1, and whether the comment has its own line for itself. */
function lineOf(text: string, start: number): { readonly line: number; readonly isAlone: boolean } {
  const before = text.slice(0, start);
  const line = before.split('\n').length;
  const isAlone = before.slice(before.lastIndexOf('\n') + 1).trim() === '';
  return { line: isAlone ? line + 1 : line, isAlone };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.code, problem])).values()];
}
