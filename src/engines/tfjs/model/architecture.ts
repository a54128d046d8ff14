import {
  architectureNamed,
  ModelConfigSchema,
  TFJS_ARCHITECTURES,
  unsupportedVariant,
  type ModelConfig,
  type TfjsArchitecture,
} from '../../../protocol/modelConfig.ts';
import { Failure } from '../failure.ts';

/** What the engine needs of a Hugging Face config.json, in one form for both architectures. */
export interface Architecture {
  readonly name: TfjsArchitecture;
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly rope_theta: number;
  readonly rms_norm_eps: number;
  readonly tie_word_embeddings: boolean;
  /** Biases on the q, k and v projections (Qwen2 always, Llama by `attention_bias`). */
  readonly qkv_bias: boolean;
  /** Bias on the o projection (Llama by `attention_bias`). */
  readonly o_bias: boolean;
  /** Biases in the feed-forward block (Llama by `mlp_bias`). */
  readonly mlp_bias: boolean;
  readonly initializer_range: number;
  readonly max_position_embeddings: number;
}

/**
 * Reads a parsed config.json.
 * @throws Failure when the architecture, or a variant of it, is not one this engine computes exactly
 */
export function readArchitecture(json: unknown, folder: string): Architecture {
  const parsed = ModelConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Failure(
      'model.config',
      `${folder}/config.json: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is unreadable'}; use the config.json that came with the model.`,
    );
  }
  const config = parsed.data;
  refuseVariants(config, folder);
  const name = architectureName(config, folder);
  const biased = name === 'Qwen2ForCausalLM' || config.attention_bias;
  return {
    name,
    vocab_size: config.vocab_size,
    hidden_size: config.hidden_size,
    intermediate_size: config.intermediate_size,
    num_hidden_layers: config.num_hidden_layers,
    num_attention_heads: config.num_attention_heads,
    num_key_value_heads: config.num_key_value_heads ?? config.num_attention_heads,
    head_dim: config.head_dim ?? config.hidden_size / config.num_attention_heads,
    rope_theta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
    rms_norm_eps: config.rms_norm_eps,
    tie_word_embeddings: config.tie_word_embeddings,
    qkv_bias: biased,
    o_bias: name === 'LlamaForCausalLM' && config.attention_bias,
    mlp_bias: config.mlp_bias,
    initializer_range: config.initializer_range,
    max_position_embeddings: config.max_position_embeddings,
  };
}

function architectureName(config: ModelConfig, folder: string): TfjsArchitecture {
  const wanted = architectureNamed(config);
  const known = TFJS_ARCHITECTURES.find((name) => name === wanted);
  if (known !== undefined) return known;
  throw new Failure(
    'model.architecture',
    `${folder} is a ${wanted ?? 'model of unknown architecture'}, and the tfjs engine trains ${TFJS_ARCHITECTURES.join(' and ')} only: choose such a model, or engine: torch.`,
  );
}

function refuseVariants(config: ModelConfig, folder: string): void {
  const found = unsupportedVariant(config);
  if (found !== undefined) {
    throw new Failure(
      'model.architecture',
      `${folder}/config.json asks for ${found}, which the tfjs engine does not compute: choose another model, or engine: torch.`,
    );
  }
}
