import { ALL_TRAINERS } from './trainers.ts';
import type { PeerKey, Trainer } from './trainer.ts';

/** What a trainer says about a key. */
export interface Found {
  readonly trainer: Trainer;
  readonly entry: PeerKey;
}

const FOUND: readonly Found[] = ALL_TRAINERS.flatMap((trainer) =>
  trainer.keys.map((entry) => ({ trainer, entry })),
);
const BEGINNINGS = FOUND.filter(({ entry }) => entry.key.endsWith('*')).map((found) => ({
  found,
  beginning: found.entry.key.slice(0, -1),
}));
const BY_KEY = groupByKey(FOUND.filter(({ entry }) => !entry.key.endsWith('*')));
const BLOCKS: ReadonlySet<string> = new Set(FOUND.flatMap(({ entry }) => blocksAround(entry.key)));

/** What trainers say about the key `pattern` (`patternOf`), in the order of ALL_TRAINERS; whole names go before beginnings. */
export function entriesFor(pattern: string): readonly Found[] {
  const exact = BY_KEY.get(pattern);
  if (exact !== undefined) return exact;
  return BEGINNINGS.filter(({ beginning }) => pattern.startsWith(beginning)).map(({ found }) => found);
}

/** Whether some trainer has settings inside a block of this name. */
export function isPeerBlock(pattern: string): boolean {
  return BLOCKS.has(pattern);
}

function groupByKey(found: readonly Found[]): ReadonlyMap<string, readonly Found[]> {
  const groups = new Map<string, Found[]>();
  for (const one of found) groups.set(one.entry.key, [...(groups.get(one.entry.key) ?? []), one]);
  return groups;
}

function blocksAround(key: string): string[] {
  const names = key.split('.');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('.'));
}
