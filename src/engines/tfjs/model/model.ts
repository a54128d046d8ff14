import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Architecture } from './architecture.ts';
import type { Ops, RopeTables } from './ops.ts';
import type { ParameterSpec } from './parameters.ts';

/**
 * Parameters by Hugging Face name. In memory linear weights are [in, out], the transpose of the file's [out, in]: the forward
 * product then needs no transpose.
 */
export type Parameters = ReadonlyMap<string, Tensor>;

/** Token ids of a batch, rows padded on the right. */
export interface TokenBatch {
  readonly ids: Int32Array;
  readonly rows: number;
  readonly time: number;
}

/** Keys and values of earlier positions, one pair per layer, each [batch, time, kv_heads, head_dim]. */
export type KeyValueCache = readonly (readonly [Tensor4D, Tensor4D])[];

export interface ForwardOptions {
  /** Position of every token, [rows, time]; default 0, 1, 2 ... in every row. */
  readonly positions?: Int32Array;
  /** What each query sees; default causal. Right padding needs no mask: what it computes is never read. */
  readonly mask?: Tensor4D;
  readonly cache?: KeyValueCache;
  /** Called with the residual stream after each layer (1-based), [rows * time, hidden]. */
  readonly onLayer?: (layer: number, hidden: Tensor2D) => void;
  /** Go on from here instead of from the token ids. */
  readonly trunk?: Trunk | undefined;
}

/** The residual stream after the first `layers` layers, [rows * time, hidden]; 0 = the embeddings. */
export interface Trunk {
  readonly layers: number;
  readonly hidden: Tensor2D;
}

export interface ForwardResult {
  /** After the final norm, [rows * time, hidden]. */
  readonly hidden: Tensor2D;
  /** Grown by this call's positions; present when `cache` was given. */
  readonly cache: KeyValueCache;
}

/** The decoder: pre-norm blocks of rotary attention and SwiGLU (Llama; Qwen2 adds q/k/v biases). */
export function forward(
  parameters: Parameters,
  arch: Architecture,
  ops: Ops,
  batch: TokenBatch,
  options: ForwardOptions = {},
): ForwardResult {
  const tables = ropeTables(arch, batch, options.positions);
  const grown: [Tensor4D, Tensor4D][] = [];
  let hidden = options.trunk?.hidden ?? embed(parameters, ops, batch);
  for (let index = options.trunk?.layers ?? 0; index < arch.num_hidden_layers; index++) {
    // What a layer leaves behind is freed at once; what its gradient needs, the tape holds.
    const result = tf.tidy(() => decoderLayer(parameters, arch, ops, batch, options, tables, hidden, index));
    hidden = result.hidden;
    if (result.k !== undefined && result.v !== undefined) grown.push([result.k, result.v]);
    options.onLayer?.(index + 1, hidden);
  }
  return {
    hidden: ops.rmsNorm(hidden, get(parameters, 'model.norm.weight'), arch.rms_norm_eps),
    cache: grown,
  };
}

/** The first `layers` layers only: what stands below everything that is trained needs neither a tape nor a gradient. */
export function forwardTrunk(
  parameters: Parameters,
  arch: Architecture,
  ops: Ops,
  batch: TokenBatch,
  layers: number,
): Trunk {
  const tables = ropeTables(arch, batch, undefined);
  let hidden = embed(parameters, ops, batch);
  for (let index = 0; index < layers; index++) {
    const below = hidden;
    hidden = tf.tidy(() => decoderLayer(parameters, arch, ops, batch, {}, tables, below, index).hidden);
    below.dispose();
  }
  return { layers, hidden };
}

function embed(parameters: Parameters, ops: Ops, batch: TokenBatch): Tensor2D {
  return ops.embed(get(parameters, 'model.embed_tokens.weight'), tf.tensor1d(batch.ids, 'int32'));
}

/** One block: attention and feed-forward, each on the normed residual stream and added to it. */
function decoderLayer(
  parameters: Parameters,
  arch: Architecture,
  ops: Ops,
  batch: TokenBatch,
  options: ForwardOptions,
  tables: RopeTables,
  hidden: Tensor2D,
  index: number,
): { hidden: Tensor2D; k?: Tensor4D; v?: Tensor4D } {
  const layer = `model.layers.${index}`;
  const linear = (x: Tensor2D, name: string): Tensor2D =>
    ops.linear(
      x,
      get(parameters, `${layer}.${name}.weight`),
      parameters.get(`${layer}.${name}.bias`) as Tensor1D | undefined,
    );
  const norm = (x: Tensor2D, name: string): Tensor2D =>
    ops.rmsNorm(x, get(parameters, `${layer}.${name}.weight`), arch.rms_norm_eps);
  const heads = (x: Tensor2D, count: number): Tensor4D =>
    tf.reshape(x, [batch.rows, batch.time, count, arch.head_dim]);

  const attended = norm(hidden, 'input_layernorm');
  const q = ops.rope(heads(linear(attended, 'self_attn.q_proj'), arch.num_attention_heads), tables);
  let k = ops.rope(heads(linear(attended, 'self_attn.k_proj'), arch.num_key_value_heads), tables);
  let v = heads(linear(attended, 'self_attn.v_proj'), arch.num_key_value_heads);
  const past = options.cache?.[index];
  if (past !== undefined) {
    k = tf.concat([past[0], k], 1);
    v = tf.concat([past[1], v], 1);
  }
  const mixed = linear(ops.attention(q, k, v, options.mask ?? 'causal'), 'self_attn.o_proj');
  const between = tf.add<Tensor2D>(hidden, mixed);

  const fed = norm(between, 'post_attention_layernorm');
  const inner = ops.swiglu(linear(fed, 'mlp.gate_proj'), linear(fed, 'mlp.up_proj'));
  const out = tf.add<Tensor2D>(between, linear(inner, 'mlp.down_proj'));
  return options.cache === undefined ? { hidden: out } : { hidden: out, k, v };
}

/** A parameter of the rank its user knows. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the rank
function get<Shape extends Tensor>(parameters: Parameters, name: string): Shape {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new Error(`no parameter ${name}`);
  return tensor as Shape;
}

/** Logits of `hidden` [n, hidden_size]: [n, vocab]. */
export function project(parameters: Parameters, arch: Architecture, ops: Ops, hidden: Tensor2D): Tensor2D {
  const name = arch.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const weight = get<Tensor2D>(parameters, name);
  return arch.tie_word_embeddings ? ops.linearTransposed(hidden, weight) : ops.linear(hidden, weight);
}

/** Whether a parameter is kept transposed in memory. */
export function isTransposed(spec: ParameterSpec): boolean {
  return spec.kind === 'linear';
}

function ropeTables(arch: Architecture, batch: TokenBatch, positions: Int32Array | undefined): RopeTables {
  const half = arch.head_dim / 2;
  const rows = positions === undefined ? 1 : batch.rows;
  const cos = new Float32Array(rows * batch.time * half);
  const sin = new Float32Array(cos.length);
  for (let i = 0; i < rows * batch.time; i++) {
    const position = positions === undefined ? i : (positions[i] ?? 0);
    for (let j = 0; j < half; j++) {
      const angle = position * Math.pow(arch.rope_theta, (-2 * j) / arch.head_dim);
      cos[i * half + j] = Math.cos(angle);
      sin[i * half + j] = Math.sin(angle);
    }
  }
  const shape: [number, number, number, number] = [rows, batch.time, 1, half];
  return { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape) };
}
