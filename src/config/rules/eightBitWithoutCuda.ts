import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What keeps the state in 8 bits is written for NVIDIA GPUs. */
export const eightBitWithoutCuda = defineRule({
  code: 'engine.eight-bit-without-cuda',
  level: 'warning',
  side: 'meaning',
  what: '`optim` is `adamw_8bit`, and this machine has no CUDA GPU.',
  why: 'The optimizer comes from bitsandbytes, whose 8-bit optimizers are written for CUDA: the first step would fail.',
  cure: 'Write `optim: adamw`, or run it on a machine with an NVIDIA GPU.',
  find: ({ about }) => {
    const gpus = about.device()?.gpus;
    const isWithout = gpus !== undefined && !gpus.some(({ kind }) => kind === 'cuda');
    return about.config()?.optim === 'adamw_8bit' && isWithout ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['optim'],
    range: valueRange(parsed, ['optim']),
    message: '`optim` is `adamw_8bit`, which needs a CUDA GPU, and there is none here: write `adamw`.',
    fixes: [
      { title: 'Change to adamw', edits: [replaceValue(parsed, ['optim'], 'adamw')], isCertain: false },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'optim: adamw\n', world: { device: { gpus: [] } } },
    { text: 'optim: adamw_8bit\n', world: { device: { gpus: undefined } } },
    {
      text: 'optim: adamw_8bit\n',
      world: { device: { gpus: [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 40e9 }] } },
    },
  ],
  bad: [
    {
      text: 'optim: adamw_8bit  # small\n',
      world: { device: { gpus: [] } },
      says: ['`optim` is `adamw_8bit`, which needs a CUDA GPU, and there is none here: write `adamw`.'],
      fixed: 'optim: adamw  # small\n',
    },
    {
      text: 'optim: adamw_8bit\n',
      world: { device: { gpus: [{ name: 'Apple M2', kind: 'mps', memory_bytes: 16e9 }] } },
      says: ['`optim` is `adamw_8bit`, which needs a CUDA GPU, and there is none here: write `adamw`.'],
      fixed: 'optim: adamw\n',
    },
  ],
};
