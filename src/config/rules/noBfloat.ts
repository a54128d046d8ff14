import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** NVIDIA GPUs before Ampere (compute capability below 8.0), by how their drivers call them. */
const BEFORE_AMPERE =
  /\b(GTX|TITAN|Quadro RTX|GeForce RTX 20\d0|Tesla|T4G?|T400|T600|T1000|T2000|V100S?|P100|P40|P4|K80|M40|M60)\b/i;

/** The engine asks the GPU, and refuses; its name tells as much. */
export const noBfloat = defineRule({
  code: 'engine.no-bfloat',
  level: 'error',
  side: 'meaning',
  what: '`bf16` is `true`, and no GPU of this machine computes bfloat16.',
  why: 'The torch engine refuses to start: emulated, bfloat16 is slower than float32 and no more exact.',
  cure: 'Write `bf16: false`, or leave it out: the engine takes bfloat16 where the GPU has it (NVIDIA from Ampere on).',
  find: ({ about }) => {
    const gpus = about.device()?.gpus ?? [];
    const first = gpus[0];
    if (about.config()?.bf16 !== true || first === undefined) return [];
    return gpus.every(({ kind, name }) => kind === 'cuda' && BEFORE_AMPERE.test(name)) ? [first.name] : [];
  },
  tell: (name, { parsed }) => ({
    path: ['bf16'],
    range: valueRange(parsed, ['bf16']),
    message: `\`bf16\` is \`true\`, and ${quote(name)} does not compute bfloat16: write \`false\`.`,
    fixes: [{ title: 'Change to false', edits: [replaceValue(parsed, ['bf16'], 'false')], isCertain: true }],
  }),
});

const gpus = (...names: readonly string[]) => ({
  device: { gpus: names.map((name) => ({ name, kind: 'cuda', memory_bytes: 16e9 }) as const) },
});

export const examples: Examples = {
  good: [
    { text: 'bf16: true\n', world: gpus('NVIDIA GeForce RTX 3090') },
    { text: 'bf16: true\n', world: gpus('NVIDIA H200') },
    { text: 'bf16: true\n', world: gpus('Tesla T4', 'NVIDIA A10') },
    { text: 'bf16: true\n', world: gpus('NVIDIA RTX 2000 Ada Generation') },
    { text: 'bf16: false\n', world: gpus('Tesla V100-SXM2-32GB') },
  ],
  bad: [
    {
      text: 'bf16: true\n',
      world: gpus('Tesla V100-SXM2-32GB'),
      says: ['`bf16` is `true`, and `Tesla V100-SXM2-32GB` does not compute bfloat16: write `false`.'],
      fixed: 'bf16: false\n',
    },
    {
      text: 'bf16: true\n',
      world: gpus('NVIDIA GeForce RTX 2080 Ti', 'NVIDIA GeForce GTX 1660'),
      says: ['`bf16` is `true`, and `NVIDIA GeForce RTX 2080 Ti` does not compute bfloat16: write `false`.'],
      fixed: 'bf16: false\n',
    },
  ],
};
