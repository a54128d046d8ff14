import type { ParsedConfig } from '../parse.ts';

/** Lines that can be put away behind the first of them; 1-based, both ends included. */
export interface Fold {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: 'region' | 'comment';
}

/** An editor that is given more stands still. */
const MOST_FOLDS = 1_000;

/** Blocks, lists and texts of several lines, and comments of several lines; in the order of the text. */
export function foldsOf(parsed: ParsedConfig): Fold[] {
  const folds = [...regionsOf(parsed), ...commentsOf(parsed.text)];
  // Two that begin on one line: an editor takes the wider one.
  const widest = new Map<number, Fold>();
  for (const fold of folds) {
    const other = widest.get(fold.startLine);
    if (other === undefined || other.endLine < fold.endLine) widest.set(fold.startLine, fold);
  }
  return [...widest.values()].sort((a, b) => a.startLine - b.startLine).slice(0, MOST_FOLDS);
}

function regionsOf({ text, entries }: ParsedConfig): Fold[] {
  // Aliases repeat what stands in one place.
  const places = new Map([...entries.values()].map((entry) => [entry.value.offset, entry]));
  return [...places.values()].flatMap(({ key, value }): Fold[] => {
    const inside = text.slice(value.offset, value.offset + value.length);
    const startLine = (key ?? value).line;
    const lastLine = inside.slice(inside.lastIndexOf('\n') + 1).trim();
    // A closing bracket on a line of its own stays in sight.
    const endLine = value.line + countLines(inside) - (lastLine === '}' || lastLine === ']' ? 1 : 0);
    return endLine > startLine && value.line >= startLine ? [{ startLine, endLine, kind: 'region' }] : [];
  });
}

function commentsOf(text: string): Fold[] {
  const folds: Fold[] = [];
  let start = 0;
  const lines = text.split('\n');
  for (let line = 1; line <= lines.length + 1; line += 1) {
    if (lines[line - 1]?.trimStart().startsWith('#') === true) start ||= line;
    else {
      if (start > 0 && line - 1 > start) folds.push({ startLine: start, endLine: line - 1, kind: 'comment' });
      start = 0;
    }
  }
  return folds;
}

/** Line breaks in a text. */
function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
