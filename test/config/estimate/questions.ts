import { estimateRun, type EstimateQuestion, type RunEstimate } from '../../../src/config/estimate/index.ts';
import { modelShape, type ModelShape } from '../../../src/config/estimate/shape.ts';
import { tokensAt, type TrainingTokens } from '../../../src/config/estimate/tokens.ts';
import { RunConfigSchema, type RunConfig, type RunConfigInput } from '../../../src/protocol/runConfig.ts';

/** Questions for the estimator, in small. */

/** A config.json of 1.05 M parameters: the lab's. */
export const LAB = {
  model_type: 'llama',
  vocab_size: 2_048,
  hidden_size: 128,
  intermediate_size: 344,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  tie_word_embeddings: true,
};

export const QWEN = {
  architectures: ['Qwen2ForCausalLM'],
  vocab_size: 151_936,
  hidden_size: 1_536,
  intermediate_size: 8_960,
  num_hidden_layers: 28,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
};

export function configOf(over: Partial<RunConfigInput> = {}): RunConfig {
  return RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t', ...over });
}

export function shapeOf(json: unknown): ModelShape {
  const shape = modelShape({ config: json, tensors: [] });
  if (shape === undefined) throw new Error('config.json does not say enough');
  return shape;
}

/** So many rows of one length, the last `completion` tokens of which count. */
export function rowsOf(count: number, length: number, completion = 6, config = configOf()): TrainingTokens {
  const facts = {
    rows: count,
    lengths: Array.from({ length: count }, () => length),
    first_counted: Array.from({ length: count }, () => length - completion),
    counted: Array.from({ length: count }, () => completion),
    shared_prefix: 0,
  };
  return tokensAt([{ facts, weight: 1 }], config);
}

/** The estimate of a small run, but for what is said. */
export function estimated(
  over: Partial<EstimateQuestion> & { settings?: Partial<RunConfigInput> } = {},
): RunEstimate {
  const { settings, ...rest } = over;
  return estimateRun({
    config: configOf(settings),
    shape: shapeOf(LAB),
    tokens: rowsOf(640, 32),
    engine: 'torch',
    device: 'cpu',
    cores: 2,
    ...rest,
  });
}

export function partOf({ memory }: RunEstimate, name: string): number {
  return memory.parts.find((part) => part.name === name)?.bytes ?? 0;
}
