import type { ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';

/** Where a hint about a setting stands: behind its value, or, where that is a block of lines, behind the colon of its key. */
export function hintOffset({ text, entries }: ParsedConfig, path: Path): number | undefined {
  const entry = entries.get(formatPath(path));
  if (entry === undefined) return undefined;
  const { value, key } = entry;
  const end = value.offset + value.length;
  const start = key?.offset ?? value.offset;
  if (!text.slice(start, end).includes('\n')) return Math.max(end, endOfKey(text, entry));
  return key === undefined ? endOfLine(text, value.offset) : endOfKey(text, entry);
}

/** Behind the colon. */
function endOfKey(
  text: string,
  { key }: { readonly key?: { readonly offset: number; readonly length: number } | undefined },
): number {
  if (key === undefined) return 0;
  const end = key.offset + key.length;
  return /^\s*:/.test(text.slice(end, end + 20)) ? text.indexOf(':', end) + 1 : end;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return offset + text.slice(offset, end === -1 ? text.length : end).trimEnd().length;
}
