import type { Entry, ParsedConfig } from '../parse.ts';
import { isBlock, valueAt } from '../path.ts';
import type { Range } from '../range.ts';

/** A setting under the pointer. */
export interface FoundEntry {
  readonly entry: Entry;
  /** The key or the value: what the pointer is on. */
  readonly range: Range;
}

/** The setting whose key, or whose value that is no block or list, holds `offset`; undefined where there is none. */
export function entryAt(parsed: ParsedConfig, offset: number): FoundEntry | undefined {
  const found = [...parsed.entries.values()].flatMap((entry): FoundEntry[] => {
    const { key, value } = entry;
    if (key !== undefined && holds(key, offset)) return [{ entry, range: key }];
    return holds(value, offset) && isPlain(parsed, entry) ? [{ entry, range: value }] : [];
  });
  // Where an alias repeats it, the first one stands there.
  return found[0];
}

function holds({ offset, length }: Range, at: number): boolean {
  return offset <= at && at < offset + Math.max(1, length);
}

function isPlain(parsed: ParsedConfig, { path }: Entry): boolean {
  const value = valueAt(parsed.value, path);
  return !Array.isArray(value) && !isBlock(value);
}
