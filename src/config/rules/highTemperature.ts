import { replaceValue } from '../edits.ts';
import { labelPull } from '../labelPull.ts';
import { valueRange } from '../parse.ts';
import { numberText } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What is usual where a small model learns from a large one is wrong where a model shall keep its answers. */
export const highTemperature = defineRule({
  code: 'self-distill.high-temperature',
  level: 'hint',
  side: 'meaning',
  what: '`self_distill.temperature` is above 1.',
  why: 'A high temperature lets the teacher speak for unlikely tokens as well, and its square, a factor of the loss, against the labels; below 1 it holds to the likely ones, which are what shall be kept.',
  cure: 'Write `temperature: 0.5`, as in the paper.',
  source:
    'arXiv 2604.15574, section 4.1; temperature 2 is that of learning without forgetting (Li and Hoiem 2017)',
  find: ({ about }) => {
    const distill = about.config()?.self_distill;
    if (distill === undefined || distill.kd_weight === 0 || distill.temperature <= 1) return [];
    // From a pull of 1 on another rule speaks, with numbers.
    return (labelPull(about)?.pull ?? 0) < 1 ? [distill.temperature] : [];
  },
  tell: (temperature, { parsed }) => ({
    path: TEMPERATURE,
    range: valueRange(parsed, TEMPERATURE),
    message: `\`self_distill.temperature\` is \`${numberText(temperature)}\`, with which the teacher speaks for unlikely tokens too: write \`0.5\`, which holds to the answers that shall be kept.`,
    fixes: [{ title: 'Change to 0.5', edits: [replaceValue(parsed, TEMPERATURE, '0.5')], isCertain: false }],
  }),
});

const TEMPERATURE = ['self_distill', 'temperature'];

export const examples: Examples = {
  good: [
    { text: 'self_distill: {temperature: 1}\n' },
    { text: 'self_distill: {temperature: 2, kd_weight: 0}\n' },
    { text: 'self_distill: {temperature: 2, positions: completion}\n' },
  ],
  bad: [
    {
      text: 'self_distill:\n  temperature: 2.0  # as usual\n',
      says: [
        '`self_distill.temperature` is `2`, with which the teacher speaks for unlikely tokens too: write `0.5`, which holds to the answers that shall be kept.',
      ],
      fixed: 'self_distill:\n  temperature: 0.5  # as usual\n',
    },
  ],
};
