import { keyRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A `freeze` block without groups holds nothing still, which nobody writes on purpose. */
export const emptyFreeze = defineRule({
  code: 'freeze.empty',
  level: 'error',
  side: 'meaning',
  what: '`freeze` names no group.',
  why: 'Nothing would stand still, and nobody writes that on purpose.',
  cure: 'Write `groups` for what stands still, or `trainable_groups` for what moves.',
  find: ({ parsed }) => {
    const block = parsed.value?.freeze;
    if (!isBlock(block)) return [];
    return block.groups === undefined && block.trainable_groups === undefined ? [block] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['freeze'],
    range: keyRange(parsed, ['freeze']),
    message:
      '`freeze` names nothing: write `groups: [ffn]` for what stands still, or `trainable_groups: [attention]` for what moves.',
  }),
});

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [ffn]}\n' },
    { text: 'freeze:\n  trainable_groups: [attention]\n' },
    // No block yet: another rule asks for one.
    { text: 'freeze:\n' },
  ],
  bad: [
    {
      text: 'freeze: {}\n',
      says: [
        '`freeze` names nothing: write `groups: [ffn]` for what stands still, or `trainable_groups: [attention]` for what moves.',
      ],
    },
  ],
};
