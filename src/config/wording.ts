import { formatPath, type Path } from './path.ts';

const LONGEST_SHOWN = 60;
/** Enough for LONGEST_SHOWN letters of text that is not mostly white space. */
const LONGEST_QUOTABLE = 1_000;

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
  // Cut before anything else, because a value may be as long as the file.
  const line = text.slice(0, LONGEST_QUOTABLE).replace(/\s+/g, ' ').replaceAll('`', "'");
  const letters = Array.from(line);
  return letters.length > LONGEST_SHOWN ? `\`${letters.slice(0, LONGEST_SHOWN).join('')}…\`` : `\`${line}\``;
}

/** `a`, `b` or `c`. */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** As configs write it. Small ones as 5.0e-5: without the dot, YAML 1.1 readers such as PyYAML take them for text. */
export function numberText(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-3) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}e${exponent}`;
}
