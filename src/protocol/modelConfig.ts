import * as z from 'zod';
import { deferred } from './deferred.ts';

/** The architectures that the TypeScript engine trains: decoder blocks of RMSNorm, rotary attention and SwiGLU. */
export const TFJS_ARCHITECTURES = ['LlamaForCausalLM', 'Qwen2ForCausalLM'] as const;
export type TfjsArchitecture = (typeof TFJS_ARCHITECTURES)[number];

const size = z.number().int().min(1).max(1_000_000);

const RopeSchema = deferred(() =>
  z.looseObject({
    rope_type: z.string().optional(),
    type: z.string().optional(),
    rope_theta: z.number().positive().optional(),
  }),
);

/** What is looked at of a Hugging Face config.json of one of these architectures. */
export const ModelConfigSchema = deferred(() =>
  z.looseObject({
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
  }),
);
export type ModelConfig = z.infer<typeof ModelConfigSchema>;

const BY_TYPE: Readonly<Record<string, TfjsArchitecture>> = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
};

/** The architecture that a config.json names; undefined where it names none. */
export function architectureNamed({
  architectures,
  model_type: type,
}: Pick<ModelConfig, 'architectures' | 'model_type'>): string | undefined {
  return architectures?.[0] ?? (type === undefined ? undefined : (BY_TYPE[type] ?? type));
}

/** What of a Llama or Qwen2 model the TypeScript engine does not compute, as a noun; undefined if it computes it all. */
export function unsupportedVariant(config: ModelConfig): string | undefined {
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
  return variants.find(([present]) => present)?.[1];
}

const NamedSchema = deferred(() => ModelConfigSchema.pick({ architectures: true, model_type: true }));

/**
 * Why the TypeScript engine cannot train the model of a parsed config.json, as what follows "the model": "is a GPT2LMHeadModel".
 * undefined where it can; also where the file is broken, which the engine says best.
 */
export function tfjsObstacle(json: unknown): string | undefined {
  const named = NamedSchema.safeParse(json);
  const name = named.success ? architectureNamed(named.data) : undefined;
  if (name !== undefined && !(TFJS_ARCHITECTURES as readonly string[]).includes(name)) return `is a ${name}`;
  const parsed = ModelConfigSchema.safeParse(json);
  const variant = parsed.success ? unsupportedVariant(parsed.data) : undefined;
  return variant === undefined ? undefined : `asks for ${variant}`;
}

/** How many parameters a model of this config.json has, norms and biases left out; undefined where it is no such file. */
export function parametersOf(json: unknown): number | undefined {
  const parsed = ModelConfigSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { hidden_size: hidden, num_attention_heads: heads, ...config } = parsed.data;
  const headSize = config.head_dim ?? hidden / heads;
  const attention = 2 * hidden * headSize * (heads + (config.num_key_value_heads ?? heads));
  const layer = attention + 3 * hidden * config.intermediate_size;
  const embeddings = (config.tie_word_embeddings ? 1 : 2) * config.vocab_size * hidden;
  return embeddings + config.num_hidden_layers * layer;
}
