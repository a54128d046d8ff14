import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { numberText } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** No peer fine-tunes all weights with more; from random weights such rates are usual. */
const HIGH = 1e-3;

export const highLearningRate = defineRule({
  code: 'schedule.high-learning-rate',
  level: 'warning',
  side: 'meaning',
  what: `All weights are fine-tuned at a learning rate of ${HIGH} or more.`,
  why: 'Such rates are for training from random weights, or for adapters: what the model knows is overwritten in the first steps, and the loss may never come back.',
  cure: 'Write `5.0e-5`, or up to ten times that for very small models.',
  source: 'TRL fine-tunes at 2e-5, transformers at 5e-5 (their defaults), arXiv 2604.15574 at 5e-5',
  find: ({ parsed, about }) => {
    const config = about.config();
    if (config === undefined || config.from_config || config.lora !== undefined) return [];
    const rate = settingOf(parsed, 'learning_rate') ?? 0;
    return rate >= HIGH ? [rate] : [];
  },
  tell: (rate, { parsed }) => ({
    path: ['learning_rate'],
    range: valueRange(parsed, ['learning_rate']),
    message: `\`learning_rate\` is \`${numberText(rate)}\`, which overwrites what a trained model knows within a few steps: write \`5.0e-5\`.`,
    fixes: [
      {
        title: 'Change to 5.0e-5',
        edits: [replaceValue(parsed, ['learning_rate'], '5.0e-5')],
        isCertain: false,
      },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 3.0e-4\n' },
    { text: 'learning_rate: 2.0e-3\nfrom_config: true\n' },
    { text: 'learning_rate: 1.0e-3\nlora: {}\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 0.005\n',
      says: [
        '`learning_rate` is `0.005`, which overwrites what a trained model knows within a few steps: write `5.0e-5`.',
      ],
      fixed: 'learning_rate: 5.0e-5\n',
    },
  ],
};
