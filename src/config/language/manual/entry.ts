import type { Meant } from '../../likelyMeant.ts';

/** What the manual says of a setting beyond the one line of its schema. Feeds hover, completion and the reference page alike. */
export interface ManualEntry {
  /** What the one line leaves open: when to change it, what it does besides. Markdown of our own, whole sentences. */
  readonly more: string;
  /** What its number counts, in the plural: steps, rows. */
  readonly unit?: string;
  /** Lines of plain text. */
  readonly equation?: readonly string[];
  /** Values worth offering, and every word of an enumeration. */
  readonly values?: readonly ManualValue[];
  /** Of a block or of an item of a list: the keys most people write, with their values in YAML on one line. */
  readonly usual?: Readonly<Record<string, string>>;
  /** Where the default or the equation comes from. */
  readonly source?: string;
}

export interface ManualValue {
  readonly value: Meant;
  /** Half a sentence: what it does, or whom it is for. */
  readonly means: string;
}

/** By the key's path without list positions: learning_rate, probes.sets[].name. */
export type Manual = Readonly<Record<string, ManualEntry>>;
