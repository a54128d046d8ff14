import { aboutBytes } from '../approximately.ts';
import { replaceValue } from '../edits.ts';
import { MOST_WASM_BYTES } from '../engineLimits.ts';
import { memoryCures } from '../memoryCures.ts';
import { valueRange } from '../parse.ts';
import type { Fix } from '../problem.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** More memory in the machine does not help: addresses there have 32 bits. */
export const wasmCeiling = defineRule({
  code: 'memory.wasm-ceiling',
  level: 'warning',
  side: 'meaning',
  what: 'By its estimate, the run needs more than the 4 GiB that the TypeScript engine’s tensors have.',
  why: 'WebAssembly has no more addresses, whatever the machine has, and the engine stops before they run out.',
  cure: 'Write smaller batches and accumulate them, or `engine: torch`.',
  find: ({ about }) => {
    const need = about.engine() === 'tfjs' ? (about.estimate()?.memory.wasm_bytes ?? 0) : 0;
    return need > MOST_WASM_BYTES ? [need] : [];
  },
  tell: (need, input) => {
    const [cure] = memoryCures(input, ({ wasm_bytes: bytes = 0 }) => bytes <= MOST_WASM_BYTES);
    const isWritten = input.parsed.value?.engine === 'tfjs';
    return {
      path: ['model_name_or_path'],
      range: valueRange(input.parsed, ['model_name_or_path']),
      message: `The run needs about ${aboutBytes(need)} of WebAssembly’s memory, which ends at ${aboutBytes(MOST_WASM_BYTES)} for the TypeScript engine: write ${cure === undefined ? '' : `${cure.words}, or `}\`engine: torch\`.`,
      fixes: [...(cure === undefined ? [] : [cure.fix]), ...(isWritten ? [toTorch(input)] : [])],
    };
  },
});

function toTorch({ parsed }: RuleInput): Fix {
  return {
    title: 'Change to engine: torch',
    edits: [replaceValue(parsed, ['engine'], 'torch')],
    isCertain: false,
  };
}

/** Twenty million parameters, from random weights. */
const MIDDLE = {
  config: {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: 8_192,
    hidden_size: 512,
    intermediate_size: 1_376,
    num_hidden_layers: 6,
    num_attention_heads: 8,
    tie_word_embeddings: true,
  },
  tensors: [],
};
const LONG = {
  rows: 1_000,
  lengths: [128],
  first_counted: [64],
  counted: [64],
  lines: [1],
  shared_prefix: 0,
};

const SHORT = { ...LONG, lengths: [16], first_counted: [10], counted: [6] };
const FEW_SHOT = 'probes: {sets: [{name: long, file: long.jsonl}], num_fewshot: 6}\n';

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {}, tokens: { 'rows.jsonl': {} }, device: {} } },
    {
      text: 'from_config: true\nengine: torch\n',
      world: { model: MIDDLE, tokens: { 'rows.jsonl': LONG }, device: {} },
    },
  ],
  bad: [
    {
      text: 'from_config: true\nper_device_train_batch_size: 64\nper_device_eval_batch_size: 4\n',
      world: {
        model: MIDDLE,
        tokens: { 'rows.jsonl': LONG },
        device: { memory_bytes: 64e9, free_bytes: 60e9 },
      },
      says: [
        'The run needs about 6.6 GB of WebAssembly’s memory, which ends at 3.9 GB for the TypeScript engine: write `per_device_train_batch_size: 32` and `gradient_accumulation_steps: 2`, or `engine: torch`.',
      ],
      alsoSays: ['probes.random-model'],
      fixed:
        'from_config: true\nper_device_train_batch_size: 32\nper_device_eval_batch_size: 4\ngradient_accumulation_steps: 2\n',
    },
    {
      text: 'from_config: true\nengine: tfjs\n',
      world: {
        model: MIDDLE,
        tokens: { 'rows.jsonl': LONG },
        device: { memory_bytes: 64e9, free_bytes: 60e9 },
      },
      says: [
        'The run needs about 15 GB of WebAssembly’s memory, which ends at 3.9 GB for the TypeScript engine: write `per_device_eval_batch_size: 8`, or `engine: torch`.',
      ],
      alsoSays: ['probes.random-model'],
      fixed: 'from_config: true\nengine: tfjs\nper_device_eval_batch_size: 8\n',
    },
    {
      // Few-shot prompts of long questions are what does not fit.
      text: `from_config: true\nengine: tfjs\nper_device_train_batch_size: 1\nper_device_eval_batch_size: 16\n${FEW_SHOT}`,
      world: {
        files: { 'long.jsonl': 'file' },
        data: { 'long.jsonl': {} },
        model: MIDDLE,
        tokens: { 'rows.jsonl': SHORT, 'long.jsonl': { ...LONG, lengths: [100], first_counted: [90] } },
        device: { memory_bytes: 64e9, free_bytes: 60e9 },
      },
      says: [
        'The run needs about 4.9 GB of WebAssembly’s memory, which ends at 3.9 GB for the TypeScript engine: write `per_device_eval_batch_size: 8`, or `engine: torch`.',
      ],
      alsoSays: ['probes.random-model'],
      fixed: `from_config: true\nengine: tfjs\nper_device_train_batch_size: 1\nper_device_eval_batch_size: 8\n${FEW_SHOT}`,
    },
  ],
};
