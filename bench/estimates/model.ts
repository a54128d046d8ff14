import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArchitecture } from '../../src/engines/tfjs/model/architecture.ts';
import { elementCount, parameterSpecs } from '../../src/engines/tfjs/model/parameters.ts';
import { writeSafetensors } from '../../src/engines/tfjs/files/writeSafetensors.ts';
import { repository } from '../../test/engines/tfjs/models.ts';

/** The tokenizer of every model here: 2,048 tokens, whatever the model's vocabulary is. */
export const TOKENIZER = join(repository, 'examples/lab/base-config');

/** What a model costs depends on its sizes, never on its values: these are random, and nothing is downloaded. */
export interface Sizes {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly tie_word_embeddings: boolean;
}

/** A config.json of these sizes. */
function configJson(sizes: Sizes): Readonly<Record<string, unknown>> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    ...sizes,
    head_dim: sizes.hidden_size / sizes.num_attention_heads,
    hidden_act: 'silu',
    max_position_embeddings: 2_048,
    initializer_range: 0.02,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    eos_token_id: 0,
    pad_token_id: 0,
    bos_token_id: null,
    torch_dtype: 'float32',
  };
}

/** Writes a Hugging Face folder with float32 weights; returns what of its config.json decides what it costs. */
export function writeModel(folder: string, sizes: Sizes): Readonly<Record<string, unknown>> {
  mkdirSync(folder, { recursive: true });
  const json = configJson(sizes);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(json));
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
    copyFileSync(join(TOKENIZER, name), join(folder, name));
  const tensors = parameterSpecs(readArchitecture(json, folder)).map(({ name, shape, kind }) => ({
    name,
    shape,
    values: () => (kind === 'norm' ? new Float32Array(elementCount(shape)).fill(1) : noise(shape)),
  }));
  writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
  return { model_type: 'llama', ...sizes };
}

/** Small numbers around 0 (a linear congruential generator: quick, and good enough for weights nobody uses). */
function noise(shape: readonly number[]): Float32Array {
  const values = new Float32Array(elementCount(shape));
  let state = values.length;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    values[i] = (state / 2 ** 31) * 0.03;
  }
  return values;
}
