import { aboutBytes } from '../approximately.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { QWEN_WITHOUT_WEIGHTS, type Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Less than this share of the whole is not worth inexact state. */
const LITTLE = 0.05;

export const eightBitSavesLittle = defineRule({
  code: 'memory.eight-bit-saves-little',
  level: 'hint',
  side: 'meaning',
  what: '`optim` is `adamw_8bit`, and what it saves is a small part of the memory that the run needs.',
  why: 'The state of the optimizer is kept in 8 bits, which is less exact; where few parameters are trained it is small in any case.',
  cure: 'Write `optim: adamw`.',
  find: ({ about }) => {
    const config = about.config();
    if (config?.optim !== 'adamw_8bit') return [];
    const [with8, without] = [about.estimate()?.memory, about.memoryWith({ ...config, optim: 'adamw' })];
    if (with8 === undefined || without === undefined) return [];
    const saved = without.total - with8.total;
    return saved < LITTLE * without.total ? [{ saved, all: without.total }] : [];
  },
  tell: ({ saved, all }, { parsed }) => ({
    path: ['optim'],
    range: valueRange(parsed, ['optim']),
    message: `\`optim\` is \`adamw_8bit\`, which saves ${saved < 1e6 ? 'hardly anything' : `about ${aboutBytes(saved)}`} of ${aboutBytes(all)} here: write \`adamw\`, which is exact.`,
    fixes: [
      { title: 'Change to adamw', edits: [replaceValue(parsed, ['optim'], 'adamw')], isCertain: false },
    ],
  }),
});

const GPU = { gpus: [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 80e9 } as const] };

export const examples: Examples = {
  good: [
    { text: 'optim: adamw_8bit\n', world: { device: GPU } },
    {
      text: 'optim: adamw_8bit\nfrom_config: true\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, tokens: { 'rows.jsonl': {} }, device: GPU },
    },
  ],
  bad: [
    {
      text: 'optim: adamw_8bit\nfrom_config: true\nfreeze: {trainable_groups: [norms]}\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, tokens: { 'rows.jsonl': {} }, device: GPU },
      says: [
        '`optim` is `adamw_8bit`, which saves hardly anything of 6.8 GB here: write `adamw`, which is exact.',
      ],
      alsoSays: ['freeze.random-weights', 'probes.random-model'],
      fixed: 'optim: adamw\nfrom_config: true\nfreeze: {trainable_groups: [norms]}\n',
    },
  ],
};
