import type { Block } from '../path.ts';

/** One setting of another trainer, and what it is here. */
export interface PeerKey {
  /**
   * As that trainer writes it, dotted, list positions as []: tokenizer.max_seq_len, datasets[].path. A star at the end stands for every
   * key that begins so: wandb_*.
   */
  readonly key: string;
  /** Dotted path of ours; '' for several settings at once, which `convert` gives as a block; undefined: nothing here corresponds. */
  readonly ours?: string;
  /**
   * The value as we write it, from theirs and the block it stands in. null: a run here does so anyway, there is nothing to write;
   * undefined: cannot be converted. Absent: the same value. `depth` is how many layers the model has; undefined where nobody knows.
   */
  readonly convert?: (value: unknown, siblings: Block, depth?: number) => unknown;
  /** What to do where there is no counterpart: a clause that follows a colon. */
  readonly advice?: string;
  /** What differs although there is a counterpart: words that stand in parentheses. */
  readonly note?: string;
  /** The key beside it whose conversion takes this one in as well. */
  readonly partOf?: string;
}

/** Another trainer, by the words of its config files. */
export interface Trainer {
  /** As it writes itself. */
  readonly name: string;
  readonly keys: readonly PeerKey[];
  /** A trainer whose settings it takes as well. */
  readonly extends?: Trainer;
  /** What it does where `config` says nothing and a run here would do otherwise, in its own words. */
  readonly defaults?: (config: Block) => Block;
}

/** Keys, separated by white space, that are all called `ours` here, with the same values. */
export function called(ours: string, keys: string): PeerKey[] {
  return listed(keys).map((key) => ({ key, ours }));
}

/** Keys, separated by white space, that have no counterpart and are all answered alike. */
export function answered(advice: string, keys: string): PeerKey[] {
  return listed(keys).map((key) => ({ key, advice }));
}

/** The same keys where a trainer writes them inside a block. */
export function inBlock(block: string, keys: readonly PeerKey[]): PeerKey[] {
  return keys.map((entry) => ({ ...entry, key: `${block}.${entry.key}` }));
}

function listed(keys: string): string[] {
  return keys.trim().split(/\s+/);
}
