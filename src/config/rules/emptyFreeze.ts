import { keyRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import { defineRule } from './rule.ts';

/** A `freeze` block without groups holds nothing still, which nobody writes on purpose. */
export const emptyFreeze = defineRule(
  'freeze.empty',
  'error',
  ({ parsed }) => {
    const block = parsed.value?.freeze;
    if (!isBlock(block)) return [];
    return block.groups === undefined && block.trainable_groups === undefined ? [block] : [];
  },
  (_, { parsed }) => ({
    path: ['freeze'],
    range: keyRange(parsed, ['freeze']),
    message:
      '`freeze` names nothing: write `groups: [ffn]` for what stands still, or `trainable_groups: [attention]` for what moves.',
  }),
);
