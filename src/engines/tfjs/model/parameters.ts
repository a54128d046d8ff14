import { createRandom } from '../../../base/random.ts';
import type { Architecture } from './architecture.ts';

/** One parameter tensor under its Hugging Face name. */
export interface ParameterSpec {
  readonly name: string;
  /** As stored by Hugging Face; linear weights are [out, in]. */
  readonly shape: readonly number[];
  readonly kind: 'embedding' | 'linear' | 'bias' | 'norm';
}

/** Every parameter of the model, in file order. A tied head has no entry of its own: it is the embedding. */
export function parameterSpecs(arch: Architecture): ParameterSpec[] {
  const specs: ParameterSpec[] = [
    { name: 'model.embed_tokens.weight', shape: [arch.vocab_size, arch.hidden_size], kind: 'embedding' },
  ];
  for (let layer = 0; layer < arch.num_hidden_layers; layer++)
    specs.push(...layerSpecs(arch, `model.layers.${layer}`));
  specs.push({ name: 'model.norm.weight', shape: [arch.hidden_size], kind: 'norm' });
  if (!arch.tie_word_embeddings) {
    specs.push({ name: 'lm_head.weight', shape: [arch.vocab_size, arch.hidden_size], kind: 'linear' });
  }
  return specs;
}

function layerSpecs(arch: Architecture, layer: string): ParameterSpec[] {
  const { hidden_size: hidden, intermediate_size: inner, head_dim } = arch;
  const queries = arch.num_attention_heads * head_dim;
  const keys = arch.num_key_value_heads * head_dim;
  const linear = (name: string, out: number, input: number, bias: boolean): ParameterSpec[] => [
    { name: `${layer}.${name}.weight`, shape: [out, input], kind: 'linear' },
    ...(bias ? [{ name: `${layer}.${name}.bias`, shape: [out], kind: 'bias' } as const] : []),
  ];
  return [
    { name: `${layer}.input_layernorm.weight`, shape: [hidden], kind: 'norm' },
    ...linear('self_attn.q_proj', queries, hidden, arch.qkv_bias),
    ...linear('self_attn.k_proj', keys, hidden, arch.qkv_bias),
    ...linear('self_attn.v_proj', keys, hidden, arch.qkv_bias),
    ...linear('self_attn.o_proj', hidden, queries, arch.o_bias),
    { name: `${layer}.post_attention_layernorm.weight`, shape: [hidden], kind: 'norm' },
    ...linear('mlp.gate_proj', inner, hidden, arch.mlp_bias),
    ...linear('mlp.up_proj', inner, hidden, arch.mlp_bias),
    ...linear('mlp.down_proj', hidden, inner, arch.mlp_bias),
  ];
}

/** How many layers, from the bottom, hold nothing that is trained; undefined if the embeddings are trained. */
export function layersBelow(trainable: readonly string[], arch: Architecture): number | undefined {
  const layers = trainable.map((name) => {
    if (name.startsWith('model.embed_tokens.')) return -1;
    return Number(/^model\.layers\.(\d+)\./.exec(name)?.[1] ?? arch.num_hidden_layers);
  });
  const lowest = Math.min(arch.num_hidden_layers, ...layers);
  return lowest < 0 ? undefined : lowest;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, spec) => sum + elementCount(spec.shape), 0);
}

/** Fresh values as Hugging Face initialises them: normal(0, initializer_range), norms 1, biases 0. */
export function initialValues(
  spec: ParameterSpec,
  arch: Architecture,
  seed: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(elementCount(spec.shape));
  if (spec.kind === 'norm') return values.fill(1);
  if (spec.kind === 'bias') return values;
  const random = createRandom(seed, 'init', spec.name);
  for (let i = 0; i < values.length; i++) values[i] = random.normal() * arch.initializer_range;
  return values;
}
