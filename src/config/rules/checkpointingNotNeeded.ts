import { aboutBytes } from '../approximately.ts';
import { removeSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** With this much to spare nobody has to trade time for memory. */
const PLENTY = 0.6;

export const checkpointingNotNeeded = defineRule({
  code: 'memory.checkpointing-not-needed',
  level: 'hint',
  side: 'meaning',
  what: '`gradient_checkpointing` is `true`, and the run would fit well without it.',
  why: 'Every layer is computed twice: a step takes about a third longer.',
  cure: 'Leave it out.',
  source: 'Korthikanti et al. 2022 (arXiv 2205.05198): full recomputation costs 30 to 40 % more time',
  find: ({ about }) => {
    const [config, place] = [about.config(), about.place()];
    if (config?.gradient_checkpointing !== true || place === undefined) return [];
    const need = about.memoryWith({ ...config, gradient_checkpointing: false })?.total;
    return need !== undefined && need < PLENTY * place.memory_bytes ? [{ need, place }] : [];
  },
  tell: ({ need, place }, { parsed }) => ({
    path: ['gradient_checkpointing'],
    range: valueRange(parsed, ['gradient_checkpointing']),
    message: `\`gradient_checkpointing\` is \`true\`, and without it the run needs about ${aboutBytes(need)} of the ${aboutBytes(place.memory_bytes)} that ${place.name} has: leave it out, and a step is about a quarter faster.`,
    fixes: [
      {
        title: 'Delete gradient_checkpointing',
        edits: [removeSetting(parsed, ['gradient_checkpointing'])],
        isCertain: false,
      },
    ],
  }),
});

const KNOWN = { model: {}, tokens: { 'rows.jsonl': {} } };

export const examples: Examples = {
  good: [
    { text: 'gradient_checkpointing: true\n' },
    {
      text: 'gradient_checkpointing: true\n',
      world: { ...KNOWN, device: { memory_bytes: 300e6, free_bytes: 200e6 } },
    },
    { text: 'engine: torch\n', world: { ...KNOWN, device: {} } },
  ],
  bad: [
    {
      text: 'seed: 1\ngradient_checkpointing: true\n',
      world: { ...KNOWN, device: {} },
      says: [
        '`gradient_checkpointing` is `true`, and without it the run needs about 710 MB of the 16 GB that this machine has: leave it out, and a step is about a quarter faster.',
      ],
      fixed: 'seed: 1\n',
    },
  ],
};
