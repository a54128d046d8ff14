import { formatPath, type Path } from './path.ts';

const LONGEST_SHOWN = 60;

/** A value as a message shows it: short, in backticks, on one line; blocks and lists by their kind only. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a block';
  return quote(value === '' ? '""' : String(value));
}

/** A setting as a message names it. At the top level it is what was typed, dots and all. */
export function showPath(path: Path): string {
  const name = path.length === 1 ? String(path[0]) : formatPath(path);
  return quote(name === '' ? '""' : name);
}

/** `text` in backticks, cut where it is long. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > LONGEST_SHOWN ? `\`${line.slice(0, LONGEST_SHOWN)}…\`` : `\`${line}\``;
}

/** `a`, `b` or `c`. */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
