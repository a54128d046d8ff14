import type { RunConfigInput } from '../../src/protocol/runConfig.ts';
import type { Sizes } from './model.ts';
import type { RowsWanted } from './rows.ts';

/** One configuration to be measured and estimated. */
export interface EstimateCase {
  readonly name: string;
  readonly engine: 'tfjs' | 'torch';
  readonly sizes: Sizes;
  readonly rows: RowsWanted;
  readonly config: Partial<RunConfigInput>;
  /** Whether constants are fitted on it; else it tests them. */
  readonly fitted: boolean;
}

/** Batches of an epoch, and epochs: the heaviest batch must come again when there is optimizer state. */
const BATCHES = 2;
const EPOCHS = 2;

/** Sizes of which state is well above what an engine's process takes by itself. */
const sizes = (over: Partial<Sizes>): Sizes => ({
  vocab_size: 2_048,
  hidden_size: 384,
  intermediate_size: 1_024,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 6,
  tie_word_embeddings: true,
  ...over,
});

/** 11 M parameters. */
const SMALL = sizes({});
/** 23 M parameters, half of them in embeddings and head. */
const WIDE_HEAD = sizes({ vocab_size: 16_384, tie_word_embeddings: false });
/** 17 M parameters, a third of them in the embeddings. */
const LARGE_VOCABULARY = sizes({ vocab_size: 16_384 });
/** 21 M parameters, grouped queries. */
const DEEP = sizes({
  hidden_size: 512,
  intermediate_size: 1_408,
  num_hidden_layers: 7,
  num_attention_heads: 8,
  num_key_value_heads: 2,
});
/** 41 M parameters. */
const LARGEST = sizes({
  hidden_size: 640,
  intermediate_size: 1_728,
  num_hidden_layers: 8,
  num_attention_heads: 10,
  num_key_value_heads: 10,
});

/** 62 M parameters, a quarter of them in the embeddings. */
const TORCH = sizes({
  vocab_size: 32_000,
  hidden_size: 512,
  intermediate_size: 1_408,
  num_hidden_layers: 16,
  num_attention_heads: 8,
  num_key_value_heads: 2,
});
/** 78 M parameters. */
const TORCH_UNTIED = { ...TORCH, tie_word_embeddings: false };
/** 40 M parameters, more than half of them in the embeddings. */
const TORCH_VOCABULARY = sizes({ vocab_size: 64_000, num_hidden_layers: 10, num_key_value_heads: 2 });
/** 43 M parameters, hardly any in the embeddings. */
const TORCH_DEEP = sizes({ num_hidden_layers: 24 });
/** 124 M parameters. */
const TORCH_LARGEST = sizes({
  vocab_size: 32_000,
  hidden_size: 768,
  intermediate_size: 2_048,
  num_hidden_layers: 14,
  num_attention_heads: 12,
  num_key_value_heads: 12,
});

/** Questions and answers of so many tokens together. */
const facts = (least = 24, most = 40, count?: number): Wanted => ({
  ...(count === undefined ? {} : { count }),
  tokens: [least, most],
  completion: 6,
});
/** Texts, of which every token counts. */
const texts = (least: number, most: number): Wanted => ({ tokens: [least, most], completion: 0 });

const batch = (size: number, over: Partial<RunConfigInput> = {}): Partial<RunConfigInput> => ({
  per_device_train_batch_size: size,
  ...over,
});
const ATTENTION = { freeze: { trainable_groups: ['attention'] } };
const FFN = { freeze: { trainable_groups: ['ffn'] } };
const distill = (positions: 'all' | 'completion'): Partial<RunConfigInput> => ({
  self_distill: { teacher: 'base', positions },
});
const FEW_SHOT: Partial<RunConfigInput> = { probes: { sets: [], num_prompts: 2, num_fewshot: 4 } };
const MANY_FEW_SHOT: Partial<RunConfigInput> = { probes: { sets: [], num_prompts: 1, num_fewshot: 4 } };
const SNAPSHOT: Partial<RunConfigInput> = {
  self_distill: { teacher: 'snapshot', snapshot_data: 'all' },
  num_train_epochs: 10,
};

/** Without a count, as many as the epochs' batches take. */
type Wanted = Omit<RowsWanted, 'count'> & { readonly count?: number };

type Row = readonly [name: string, sizes: Sizes, rows: Wanted, config: Partial<RunConfigInput>];

const TFJS: readonly Row[] = [
  ['plain', SMALL, facts(), batch(4)],
  ['long rows', SMALL, texts(128, 192), batch(2)],
  ['larger batch', SMALL, facts(), batch(16)],
  ['wide head', WIDE_HEAD, facts(), batch(4)],
  ['large vocabulary', LARGE_VOCABULARY, facts(), batch(8)],
  ['large vocabulary, texts', LARGE_VOCABULARY, texts(24, 40), batch(4)],
  ['deep', DEEP, facts(), batch(4)],
  ['largest', LARGEST, facts(), batch(2)],
  ['distilled', SMALL, facts(), batch(8, distill('all'))],
  ['distilled, large vocabulary', LARGE_VOCABULARY, facts(), batch(6, distill('all'))],
  ['distilled on completions', LARGE_VOCABULARY, facts(), batch(8, distill('completion'))],
  [
    'distilled, wide head, many rows',
    WIDE_HEAD,
    facts(24, 40, 180),
    batch(4, { ...distill('all'), max_steps: 6 }),
  ],
  ['attention only', DEEP, facts(), batch(8, ATTENTION)],
  ['feed-forward only', DEEP, facts(), batch(8, FFN)],
  ['lower half frozen', DEEP, facts(), batch(8, { freeze: { groups: ['embeddings', 'layers 0-3'] } })],
  ['first layers frozen', DEEP, facts(), batch(8, { freeze: { groups: ['layers 0-1'] } })],
  ['distilled, attention only', DEEP, facts(), batch(8, { ...distill('all'), ...ATTENTION })],
  ['accumulated', SMALL, facts(), batch(2, { gradient_accumulation_steps: 4 })],
  ['few-shot probing', SMALL, facts(), batch(4, FEW_SHOT)],
  ['snapshot', SMALL, facts(), batch(8, SNAPSHOT)],
  ['long rows, attention only', SMALL, texts(100, 160), batch(4, ATTENTION)],
];

const TORCH_ROWS: readonly Row[] = [
  ['plain', TORCH, facts(), batch(8)],
  ['long rows', TORCH, texts(160, 256), batch(2)],
  ['large vocabulary', TORCH_VOCABULARY, facts(16, 32), batch(16)],
  ['untied head', TORCH_UNTIED, facts(), batch(8)],
  ['deep', TORCH_DEEP, facts(), batch(16)],
  ['largest', TORCH_LARGEST, facts(), batch(4)],
  ['larger batch', TORCH, facts(64, 128), batch(8)],
  ['long rows, larger batch', TORCH_DEEP, texts(192, 256), batch(8)],
  ['distilled', TORCH, facts(), batch(8, distill('all'))],
  ['distilled on completions', TORCH, facts(), batch(8, distill('completion'))],
  ['distilled, large vocabulary', TORCH_VOCABULARY, facts(32, 64), batch(16, distill('all'))],
  ['attention only', TORCH, facts(), batch(16, ATTENTION)],
  ['feed-forward only', TORCH, facts(), batch(16, FFN)],
  ['lower half frozen', TORCH, facts(), batch(16, { freeze: { groups: ['embeddings', 'layers 0-7'] } })],
  ['first layers frozen', TORCH, facts(), batch(16, { freeze: { groups: ['layers 0-1'] } })],
  ['distilled, attention only', TORCH_UNTIED, facts(), batch(16, { ...distill('all'), ...ATTENTION })],
  ['checkpointed', TORCH_DEEP, texts(192, 256), batch(4, { gradient_checkpointing: true })],
  ['adapters', TORCH_LARGEST, facts(), batch(16, { lora: {} })],
  ['adapters, long rows', TORCH_DEEP, texts(192, 256), batch(4, { lora: { r: 32 } })],
  ['bfloat16', TORCH, facts(), batch(8, { bf16: true })],
  [
    'bfloat16, distilled, attention only',
    TORCH,
    facts(),
    batch(8, { bf16: true, ...distill('all'), ...ATTENTION }),
  ],
  [
    'bfloat16, lower half frozen',
    TORCH_VOCABULARY,
    facts(),
    batch(16, { bf16: true, freeze: { groups: ['embeddings', 'layers 0-4'] } }),
  ],
  ['accumulated', TORCH, facts(), batch(4, { gradient_accumulation_steps: 4 })],
  ['shared beginning', TORCH_DEEP, { tokens: [96, 128], completion: 6, shared: 80 }, batch(16)],
  ['few-shot probing', TORCH_DEEP, facts(), batch(8, FEW_SHOT)],
  [
    'few-shot probing, many rows',
    TORCH_DEEP,
    facts(24, 40, 128),
    batch(8, { ...MANY_FEW_SHOT, max_steps: 4, per_device_eval_batch_size: 32 }),
  ],
  ['snapshot', TORCH_VOCABULARY, facts(16, 24), batch(16, SNAPSHOT)],
];

/** What the constants of src/config/estimate are fitted on: four of each engine, and no more. */
const FITTED: Readonly<Record<EstimateCase['engine'], readonly string[]>> = {
  tfjs: ['plain', 'long rows', 'wide head', 'distilled, wide head, many rows'],
  torch: ['plain', 'long rows, larger batch', 'largest', 'adapters'],
};

const casesOf = (engine: EstimateCase['engine'], rows: readonly Row[]): EstimateCase[] =>
  rows.map(([name, of, wanted, config]) => {
    const { per_device_train_batch_size: size = 1, gradient_accumulation_steps: times = 1 } = config;
    return {
      name,
      engine,
      sizes: of,
      rows: { count: BATCHES * size * times, ...wanted },
      config: { num_train_epochs: EPOCHS, ...config },
      fitted: FITTED[engine].includes(name),
    };
  });

export const CASES: readonly EstimateCase[] = [...casesOf('tfjs', TFJS), ...casesOf('torch', TORCH_ROWS)];
