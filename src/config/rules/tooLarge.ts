import { aboutBytes } from '../approximately.ts';
import type { MemoryEstimate } from '../estimate/memory.ts';
import { memoryCures } from '../memoryCures.ts';
import { partsInWords } from '../memoryWords.ts';
import { valueRange } from '../parse.ts';
import { alternatives } from '../wording.ts';
import { QWEN_WITHOUT_WEIGHTS, type Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The estimate is held against the whole memory: what others need of it is another hint. */
export const tooLarge = defineRule({
  code: 'memory.too-large',
  level: 'warning',
  side: 'meaning',
  what: 'By its estimate, the run needs more memory than the device has.',
  why: 'It would stop in its first steps, or, on a processor, move to the disk and stand still. On processors the estimate was measured, on GPUs it is worked out.',
  cure: 'Write smaller batches and accumulate them, which changes nothing but time; then compute activations twice (`gradient_checkpointing`), or train less (`freeze`, `lora`).',
  source: 'Rajbhandari et al. 2020 (arXiv 1910.02054), Korthikanti et al. 2022 (arXiv 2205.05198)',
  find: ({ about }) => {
    const [memory, place] = [about.estimate()?.memory, about.place()];
    return memory !== undefined && place !== undefined && memory.total > place.memory_bytes
      ? [{ memory, place }]
      : [];
  },
  tell: ({ memory, place }, input) => {
    const cures = memoryCures(input, ({ total }: MemoryEstimate) => total <= place.memory_bytes);
    const words = alternatives(cures.slice(0, 2).map((cure) => `${cure.words} (${cure.need})`));
    return {
      path: ['model_name_or_path'],
      range: valueRange(input.parsed, ['model_name_or_path']),
      message:
        `The run needs about ${aboutBytes(memory.total)} of memory (${partsInWords(memory.parts, 3)}), and ${place.name} has ${aboutBytes(place.memory_bytes)}: ` +
        (words === '' ? 'choose a smaller model, or a larger device.' : `write ${words}.`),
      fixes: cures.map(({ fix }) => fix),
    };
  },
});

const LONG = {
  rows: 100,
  lengths: [1_000],
  first_counted: [500],
  counted: [500],
  lines: [1],
  shared_prefix: 0,
};
const gpu = (memory: number) => ({
  gpus: [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: memory } as const],
});

export const examples: Examples = {
  good: [
    {
      text: 'from_config: true\nengine: torch\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, tokens: { 'rows.jsonl': {} }, device: gpu(80e9) },
    },
    { text: 'from_config: true\nengine: torch\n', world: { model: QWEN_WITHOUT_WEIGHTS, device: gpu(8e9) } },
    { text: 'seed: 1\n', world: { model: {}, tokens: { 'rows.jsonl': {} }, device: {} } },
  ],
  bad: [
    {
      text: 'from_config: true\nengine: torch\nper_device_train_batch_size: 8  # rows of 1,000 tokens\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, tokens: { 'rows.jsonl': LONG }, device: gpu(40e9) },
      says: [
        'The run needs about 46 GB of memory (activations 23 GB, optimizer state 19 GB, weights 3.1 GB), and NVIDIA A100 has 40 GB: write `per_device_train_batch_size: 4` and `gradient_accumulation_steps: 2` (about 38 GB) or `gradient_checkpointing: true` (about 28 GB).',
      ],
      alsoSays: ['probes.random-model'],
      fixed:
        'from_config: true\nengine: torch\nper_device_train_batch_size: 4  # rows of 1,000 tokens\ngradient_accumulation_steps: 2\n',
    },
    {
      text: 'from_config: true\nengine: torch\nlora: {}\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, tokens: { 'rows.jsonl': LONG }, device: gpu(2e9) },
      says: [
        'The run needs about 26 GB of memory (activations 22 GB, weights 3.1 GB, logits 970 MB), and NVIDIA A100 has 2 GB: choose a smaller model, or a larger device.',
      ],
      alsoSays: ['lora.low-learning-rate', 'lora.random-base', 'probes.random-model'],
    },
  ],
};
