import { inTurn, removeSetting, setSetting } from '../edits.ts';
import type { Refactoring } from './refactoring.ts';

/** The task is learned, and few facts with it. */
export const trainAttentionOnly: Refactoring = {
  id: 'train-attention-only',
  title: 'Train attention only',
  isOffered: ({ about }) => {
    const config = about.config();
    // Of random weights nothing may stand still, and adapters stand beside weights that all do.
    if (config === undefined || config.from_config || config.lora !== undefined) return false;
    const { groups, trainable_groups: movers = [] } = config.freeze ?? {};
    return groups !== undefined || movers.join() !== 'attention';
  },
  edits: ({ parsed }) => [
    inTurn(parsed, [
      (now) => setSetting(now, ['freeze', 'trainable_groups'], '[attention]'),
      (now) => removeSetting(now, ['freeze', 'groups']),
    ]),
  ],
};
