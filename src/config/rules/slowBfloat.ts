import { removeSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Half the width is half the time only where the processor has instructions for it. */
export const slowBfloat = defineRule({
  code: 'engine.slow-bfloat',
  level: 'hint',
  side: 'meaning',
  what: '`bf16` is `true`, and the run would use the processor.',
  why: 'Few processors have instructions for bfloat16 (AMX, AVX512-BF16); on all others it is emulated, and slower than float32. Weights that are trained are kept in float32 as well, so that hardly any memory is saved.',
  cure: 'Leave `bf16` out: the engine takes it where the device does it natively.',
  find: ({ about }) => {
    const gpus = about.device()?.gpus;
    return about.config()?.bf16 === true && gpus?.length === 0 ? [true] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['bf16'],
    range: valueRange(parsed, ['bf16']),
    message:
      '`bf16` is `true`, and there is no GPU here: most processors emulate bfloat16, so leave it out to calculate in float32.',
    fixes: [{ title: 'Delete bf16', edits: [removeSetting(parsed, ['bf16'])], isCertain: false }],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'bf16: false\n', world: { device: { gpus: [] } } },
    {
      text: 'bf16: true\n',
      world: { device: { gpus: [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 40e9 }] } },
    },
    { text: 'bf16: true\n', world: { device: { gpus: undefined } } },
  ],
  bad: [
    {
      text: 'seed: 1\nbf16: true  # fast\n',
      world: { device: { gpus: [] } },
      says: [
        '`bf16` is `true`, and there is no GPU here: most processors emulate bfloat16, so leave it out to calculate in float32.',
      ],
      fixed: 'seed: 1\n',
    },
  ],
};
