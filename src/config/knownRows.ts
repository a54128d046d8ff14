import { LEAST_KNOWN_FOR_SNAPSHOT } from '../data/advice.ts';
import type { About } from './about.ts';
import { askingRows } from './dataFiles.ts';
import { rowsAsked } from './knowledgeCounts.ts';

/** Why a run would find too few known rows to warm a snapshot teacher up on. */
export type TooFewKnown =
  /** Weights are made at random, and know nothing. */
  | { readonly because: 'random' }
  /** Rows that ask something; the model may know each of them and it would not be enough. */
  | { readonly because: 'rows'; readonly asking: number }
  /** By the newest probe. */
  | { readonly because: 'probe'; readonly known: number; readonly asked: number };

export { LEAST_KNOWN_FOR_SNAPSHOT };

/**
 * Whether the warm-up of a snapshot teacher is sure to be refused for want of known rows, as both engines do below 32; undefined where
 * it is not, or nobody knows, or the teacher needs none.
 */
export function tooFewKnown(about: About): TooFewKnown | undefined {
  const distill = about.config()?.self_distill;
  if (distill?.teacher !== 'snapshot' || distill.snapshot_data !== 'known') return undefined;
  return fewerThanNeeded(about);
}

/** The same for a config that has no such teacher yet. */
export function fewerThanNeeded(about: About): TooFewKnown | undefined {
  if (about.config()?.from_config === true) return { because: 'random' };
  const asking = askingAtMost(about);
  if (asking !== undefined && asking < LEAST_KNOWN_FOR_SNAPSHOT) return { because: 'rows', asking };
  const counts = about.knowledge();
  return counts !== undefined && counts.known < LEAST_KNOWN_FOR_SNAPSHOT
    ? { because: 'probe', known: counts.known, asked: rowsAsked(counts) }
    : undefined;
}

/** At most so many training rows ask something; undefined where a file is not known, or there is no row at all. */
function askingAtMost(about: About): number | undefined {
  const files = about.trainFiles().map(({ data }) => data());
  const known = files.flatMap((data) => (data === undefined || data.problem !== undefined ? [] : [data]));
  if (known.length < files.length || known.every(({ rows }) => rows === 0)) return undefined;
  return known.reduce((sum, data) => sum + askingRows(data), 0);
}
