import { architectureNamed, ModelConfigSchema, type ModelConfig } from '../../protocol/modelConfig.ts';
import type { ModelFacts, TensorFacts } from '../facts.ts';

/** A parameter tensor under its Hugging Face name; `size` counts its numbers. */
export interface ParameterSize {
  readonly name: string;
  readonly size: number;
}

/** What of a model decides what a run costs: its sizes, in the words of config.json. */
export interface ModelShape {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly vocab_size: number;
  /** Whether the head is the embeddings' own matrix. */
  readonly tied: boolean;
  /** In the order of the file, or of the layers; a tied head has none of its own. */
  readonly parameters: readonly ParameterSize[];
}

/**
 * The shape of a model, from its config.json and the headers of its weights; from config.json alone where there are none, or
 * where a run starts from random ones (`fromConfig`). Never throws.
 * @returns undefined where config.json does not say enough
 */
export function modelShape(
  facts: Pick<ModelFacts, 'config' | 'tensors'>,
  fromConfig = false,
): ModelShape | undefined {
  const parsed = ModelConfigSchema.safeParse(decoderConfig(facts.config));
  if (!parsed.success) return undefined;
  const config = parsed.data;
  const tensors = fromConfig ? [] : facts.tensors.filter(({ name }) => !BUFFER.test(name));
  const sizes = sizesOf(config);
  if (tensors.length === 0) {
    const tied = config.tie_word_embeddings;
    const parameters = parametersOf(config, sizes);
    return parameters === undefined ? undefined : { ...sizes, tied, parameters };
  }
  const tied = config.tie_word_embeddings || !tensors.some(({ name }) => HEAD.test(name));
  const parameters = tensors.filter(({ name }) => !(tied && HEAD.test(name))).map(parameterOf);
  return { ...sizes, tied, parameters };
}

/** All parameters together. */
export function parameterCount(parameters: readonly ParameterSize[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}

const HEAD = /^(lm_head|embed_out|output)\.weight$/;
/** Tables that some files hold beside the parameters. */
const BUFFER = /(\.inv_freq|\.attn\.(bias|masked_bias)|\.rotary_emb\..*)$/;

function parameterOf({ name, shape }: TensorFacts): ParameterSize {
  return { name, size: shape.reduce((product, size) => product * size, 1) };
}

/** Names that older architectures have for the same sizes (GPT-2, GPT-NeoX, OPT). */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  hidden_size: ['n_embd', 'd_model'],
  num_hidden_layers: ['n_layer', 'num_layers'],
  num_attention_heads: ['n_head'],
  intermediate_size: ['n_inner', 'ffn_dim'],
};
/** Inner size over hidden size where a config leaves it out (GPT-2). */
const USUAL_INNER = 4;
/** Those of which Transformers ties the head where config.json says nothing. */
const TIED_BY_DEFAULT = /^(gpt2|opt|gemma\d?.*)$/;

/** A config.json whose sizes have the names of Llama's; of a model of text and images, that of its text. */
function decoderConfig(json: unknown): unknown {
  if (!isRecord(json)) return json;
  const inner = isRecord(json.text_config) ? { ...json, ...json.text_config } : json;
  const named = Object.fromEntries(
    Object.entries(OTHER_NAMES).flatMap(([name, others]) => {
      const value =
        inner[name] ?? others.map((other) => inner[other]).find((found) => typeof found === 'number');
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const ties = { tie_word_embeddings: TIED_BY_DEFAULT.test(String(inner.model_type)) };
  const hidden = named.hidden_size;
  const usual = typeof hidden === 'number' ? { intermediate_size: USUAL_INNER * hidden } : {};
  return { ...ties, ...inner, ...usual, ...named };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Sizes = Omit<ModelShape, 'tied' | 'parameters'>;

function sizesOf(config: ModelConfig): Sizes {
  const { hidden_size, intermediate_size, num_hidden_layers, num_attention_heads, vocab_size } = config;
  return {
    hidden_size,
    intermediate_size,
    num_hidden_layers,
    num_attention_heads,
    vocab_size,
    num_key_value_heads: config.num_key_value_heads ?? num_attention_heads,
    head_dim: config.head_dim ?? hidden_size / num_attention_heads,
  };
}

/** Architectures whose parameters have Llama's names, and what else they have. */
const LLAMA_LIKE: Readonly<Record<string, 'qkv biases' | 'q and k norms' | 'nothing else'>> = {
  LlamaForCausalLM: 'nothing else',
  MistralForCausalLM: 'nothing else',
  Qwen2ForCausalLM: 'qkv biases',
  Qwen3ForCausalLM: 'q and k norms',
};

/** The parameters that Transformers gives such a model; undefined for an architecture whose names are not known here. */
function parametersOf(config: ModelConfig, sizes: Sizes): readonly ParameterSize[] | undefined {
  const more = LLAMA_LIKE[architectureNamed(config) ?? ''];
  if (more === undefined) return undefined;
  const { hidden_size: hidden, num_hidden_layers: layers, vocab_size: vocab } = sizes;
  return [
    { name: 'model.embed_tokens.weight', size: vocab * hidden },
    ...Array.from({ length: layers }, (_, layer) =>
      layerOf(config, sizes, more).map(({ name, size }) => ({ name: `model.layers.${layer}.${name}`, size })),
    ).flat(),
    { name: 'model.norm.weight', size: hidden },
    ...(config.tie_word_embeddings ? [] : [{ name: 'lm_head.weight', size: vocab * hidden }]),
  ];
}

function layerOf(config: ModelConfig, sizes: Sizes, more: (typeof LLAMA_LIKE)[string]): ParameterSize[] {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: dim } = sizes;
  const queries = sizes.num_attention_heads * dim;
  const keys = sizes.num_key_value_heads * dim;
  const linear = (name: string, out: number, input: number, isBiased: boolean): ParameterSize[] => [
    { name: `${name}.weight`, size: out * input },
    ...(isBiased ? [{ name: `${name}.bias`, size: out }] : []),
  ];
  const isBiased = more === 'qkv biases' || config.attention_bias;
  const biasedOut = more !== 'qkv biases' && config.attention_bias;
  const norm = (name: string, size: number): ParameterSize => ({ name: `${name}.weight`, size });
  return [
    norm('input_layernorm', hidden),
    ...linear('self_attn.q_proj', queries, hidden, isBiased),
    ...linear('self_attn.k_proj', keys, hidden, isBiased),
    ...linear('self_attn.v_proj', keys, hidden, isBiased),
    ...linear('self_attn.o_proj', hidden, queries, biasedOut),
    ...(more === 'q and k norms' ? [norm('self_attn.q_norm', dim), norm('self_attn.k_norm', dim)] : []),
    norm('post_attention_layernorm', hidden),
    ...linear('mlp.gate_proj', inner, hidden, config.mlp_bias),
    ...linear('mlp.up_proj', inner, hidden, config.mlp_bias),
    ...linear('mlp.down_proj', hidden, inner, config.mlp_bias),
  ];
}
