import { setSetting } from '../edits.ts';
import { keyRange, valueRange } from '../parse.ts';
import { numberText } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Adapters start at zero and are few: what is right for all weights hardly moves them. */
export const lowLearningRate = defineRule({
  code: 'lora.low-learning-rate',
  level: 'hint',
  side: 'meaning',
  what: 'Adapters are trained with the learning rate of a full fine-tune.',
  why: 'Only new parameters learn, and they start at zero: they want about ten times the rate, and end half learned without it.',
  cure: 'Write `learning_rate: 1.0e-4` to `5.0e-4`.',
  source: 'TRL, documentation of SFTTrainer (adapters: 1e-4) and "LoRA Without Regret" (ten times)',
  find: ({ about }) => {
    const config = about.config();
    // Beside these two `lora` is refused, and then no rate matters.
    if (config?.lora === undefined || config.freeze !== undefined || config.engine === 'tfjs') return [];
    return config.learning_rate <= FULL ? [config.learning_rate] : [];
  },
  tell: (rate, { parsed }) => {
    const isWritten = parsed.value?.learning_rate !== undefined;
    return {
      path: ['learning_rate'],
      range: isWritten ? valueRange(parsed, ['learning_rate']) : keyRange(parsed, ['lora']),
      message: `\`learning_rate\` is \`${numberText(rate)}\`${isWritten ? '' : ', the default'}, which suits a full fine-tune and is low for adapters: write \`${RECOMMENDED}\` or more.`,
      fixes: [
        {
          title: `Write learning_rate: ${RECOMMENDED}`,
          edits: [setSetting(parsed, ['learning_rate'], RECOMMENDED)],
          isCertain: false,
        },
      ],
    };
  },
});

const FULL = 5e-5;
const RECOMMENDED = '1.0e-4';

export const examples: Examples = {
  good: [
    { text: 'lora: {}\nfreeze: {groups: [ffn]}\n' },
    { text: 'lora: {}\nlearning_rate: 1e-4\n' },
    { text: 'learning_rate: 5.0e-5\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 5.0e-5  # from the last run\nlora: {}\n',
      says: [
        '`learning_rate` is `5.0e-5`, which suits a full fine-tune and is low for adapters: write `1.0e-4` or more.',
      ],
      fixed: 'learning_rate: 1.0e-4  # from the last run\nlora: {}\n',
    },
    {
      text: 'lora: {}\n',
      says: [
        '`learning_rate` is `5.0e-5`, the default, which suits a full fine-tune and is low for adapters: write `1.0e-4` or more.',
      ],
      fixed: 'lora: {}\nlearning_rate: 1.0e-4\n',
    },
  ],
};
