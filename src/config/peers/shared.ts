import { inverted, packing } from './convert.ts';
import type { PeerKey } from './trainer.ts';

/** Settings that several trainers have under names of their own. */

/** Rows laid end to end. */
export function packs(key: string): PeerKey {
  return {
    key,
    ours: 'padding_free',
    convert: packing,
    advice: 'delete it, rows of a batch see nothing of each other here either',
    note: 'where a batch counts rows, not packs of `max_length` tokens',
  };
}

/** Whether prompts count: the opposite of ours. */
export function trainsOnPrompts(key: string): PeerKey {
  return {
    key,
    ours: 'completion_only_loss',
    convert: inverted,
    advice: 'write the opposite value under `completion_only_loss`',
  };
}
