import { setSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** The rank divides: who raises it alone makes the adapters weaker, and the learning rate with them. */
export const scale = defineRule({
  code: 'lora.scale',
  level: 'hint',
  side: 'meaning',
  what: '`lora.r` is far from its default, and `lora.lora_alpha` was left at its own.',
  why: 'Adapters count `lora_alpha / r` times, which acts like a factor on the learning rate: 2 by default, less with every rank more.',
  cure: 'Write `lora_alpha: 2 r`, to keep the scale.',
  source: 'Hu et al. 2021, section 4.1',
  find: (input) => {
    const rank = loneRank(input);
    const factor = DEFAULT_ALPHA / (rank ?? 1);
    return rank !== undefined && (factor < LEAST || factor > MOST) ? [{ rank, factor }] : [];
  },
  tell: ({ rank, factor }, { parsed }) => ({
    path: ['lora', 'r'],
    range: valueRange(parsed, ['lora', 'r']),
    message: `With \`lora.r\` \`${rank}\` and \`lora_alpha\` left at \`${DEFAULT_ALPHA}\`, adapters count ${Number(factor.toPrecision(2))} times instead of twice: write \`lora_alpha: ${2 * rank}\` to keep the scale.`,
    fixes: [
      {
        title: `Write lora_alpha: ${2 * rank}`,
        edits: [setSetting(parsed, ['lora', 'lora_alpha'], String(2 * rank))],
        isCertain: false,
      },
    ],
  }),
});

const DEFAULT_ALPHA = 32;
/** Half and double of what is usual, 1 to 2, are nothing to mention. */
const LEAST = 1;
const MOST = 4;

/** The rank, if it is written and `lora_alpha` is not. */
function loneRank({ parsed, about }: RuleInput): number | undefined {
  const isLone =
    valueAt(parsed.value, ['lora', 'r']) !== undefined &&
    valueAt(parsed.value, ['lora', 'lora_alpha']) === undefined;
  return isLone ? about.config()?.lora?.r : undefined;
}

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 2.0e-4\nlora: {r: 32}\n' },
    { text: 'learning_rate: 2.0e-4\nlora: {r: 8}\n' },
    { text: 'learning_rate: 2.0e-4\nlora: {r: 64, lora_alpha: 32}\n' },
    { text: 'learning_rate: 2.0e-4\nlora: {r: 0}\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  r: 128  # many facts\nseed: 1\n',
      says: [
        'With `lora.r` `128` and `lora_alpha` left at `32`, adapters count 0.25 times instead of twice: write `lora_alpha: 256` to keep the scale.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  r: 128  # many facts\n  lora_alpha: 256\nseed: 1\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {r: 4}\n',
      says: [
        'With `lora.r` `4` and `lora_alpha` left at `32`, adapters count 8 times instead of twice: write `lora_alpha: 8` to keep the scale.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora: {r: 4, lora_alpha: 8}\n',
    },
  ],
};
