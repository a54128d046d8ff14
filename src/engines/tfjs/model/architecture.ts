import * as z from 'zod';
import { Failure } from '../failure.ts';

/** The architectures this engine trains: decoder blocks of RMSNorm, rotary attention and SwiGLU. */
export const ARCHITECTURES = ['LlamaForCausalLM', 'Qwen2ForCausalLM'] as const;

/** What the engine needs of a Hugging Face config.json, in one form for both architectures. */
export interface Architecture {
  readonly name: (typeof ARCHITECTURES)[number];
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

const size = z.number().int().min(1).max(1_000_000);

const RopeSchema = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
});

const ConfigSchema = z.looseObject({
  architectures: z.array(z.string()).optional(),
  model_type: z.string().optional(),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  rope_theta: z.number().positive().optional(),
  rope_scaling: RopeSchema.nullish(),
  rope_parameters: RopeSchema.nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  hidden_act: z.string().default('silu'),
  use_sliding_window: z.boolean().default(false),
  initializer_range: z.number().positive().default(0.02),
  max_position_embeddings: size.default(2_048),
});

type HuggingFaceConfig = z.infer<typeof ConfigSchema>;

/**
 * Reads a parsed config.json.
 * @throws Failure when the architecture, or a variant of it, is not one this engine computes exactly
 */
export function readArchitecture(json: unknown, folder: string): Architecture {
  const parsed = ConfigSchema.safeParse(json);
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

function architectureName(config: HuggingFaceConfig, folder: string): Architecture['name'] {
  const wanted =
    config.architectures?.[0] ??
    { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM' }[config.model_type ?? ''];
  const known = ARCHITECTURES.find((name) => name === wanted);
  if (known !== undefined) return known;
  throw new Failure(
    'model.architecture',
    `${folder} is a ${wanted ?? 'model of unknown architecture'}, and the tfjs engine trains ${ARCHITECTURES.join(' and ')} only: choose such a model, or engine: torch.`,
  );
}

function refuseVariants(config: HuggingFaceConfig, folder: string): void {
  const rope = config.rope_parameters ?? config.rope_scaling;
  const ropeType = rope?.rope_type ?? rope?.type ?? 'default';
  const heads = config.num_attention_heads;
  const variants: readonly (readonly [boolean, string])[] = [
    [ropeType !== 'default', `rope type ${ropeType}`],
    [config.hidden_act !== 'silu', `hidden_act ${config.hidden_act}`],
    [config.use_sliding_window, 'sliding-window attention'],
    [
      config.head_dim == null && config.hidden_size % heads !== 0,
      `hidden_size ${config.hidden_size} not divisible by ${heads} heads`,
    ],
    [
      heads % (config.num_key_value_heads ?? heads) !== 0,
      `${config.num_key_value_heads ?? heads} key/value heads for ${heads} heads`,
    ],
    [(config.head_dim ?? 2) % 2 !== 0, `an odd head_dim (${config.head_dim ?? 0})`],
  ];
  const found = variants.find(([present]) => present);
  if (found !== undefined) {
    throw new Failure(
      'model.architecture',
      `${folder}/config.json asks for ${found[1]}, which the tfjs engine does not compute: choose another model, or engine: torch.`,
    );
  }
}
