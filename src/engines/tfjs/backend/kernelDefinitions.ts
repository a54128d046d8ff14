import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall, KernelDefinition } from './kernels.ts';

/** Every kernel of ours: which outputs it makes and what it hands to the compiled function of the same purpose. */
export const KERNELS = {
  HoldfastAttention: ({ inputs: { q, k, v, mask }, output, at, native }) => {
    const sizes = attentionSizes(q, k);
    const [batch, queries, keys, heads, , dim] = sizes;
    const out = output([batch * queries, heads * dim]);
    const weights = output([batch, heads, queries, keys]);
    native.attentionForward?.(at(q), at(k), at(v), at(mask), at(out), at(weights), ...sizes);
    return { outputs: [out, weights] };
  },
  HoldfastAttentionGrad: ({ inputs: { q, k, v, weights, dy }, output, at, native }) => {
    const sizes = attentionSizes(q, k);
    const dq = output(shapeOf(q));
    const dk = output(shapeOf(k), 'zeroed');
    const dv = output(shapeOf(v), 'zeroed');
    const scratch = output([sizes[2]]);
    native.attentionBackward?.(
      at(q),
      at(k),
      at(v),
      at(weights),
      at(dy),
      at(dq),
      at(dk),
      at(dv),
      at(scratch),
      ...sizes,
    );
    return { outputs: [dq, dk, dv], scratch: [scratch] };
  },
  HoldfastRmsNorm: ({ inputs: { x, weight }, attrs: { eps = 0 }, output, at, native }) => {
    const [rows = 0, width = 0] = shapeOf(x);
    const out = output([rows, width]);
    native.rmsNormForward?.(at(x), at(weight), at(out), rows, width, eps);
    return { outputs: [out] };
  },
  HoldfastRmsNormGrad: ({ inputs: { x, weight, dy }, attrs: { eps = 0 }, output, at, native }) => {
    const [rows = 0, width = 0] = shapeOf(x);
    const dx = output([rows, width]);
    const dweight = output([width], 'zeroed');
    native.rmsNormBackward?.(at(x), at(weight), at(dy), at(dx), at(dweight), rows, width, eps);
    return { outputs: [dx, dweight] };
  },
  HoldfastSwiglu: ({ inputs: { gate, up }, output, at, native }) => {
    const out = output(shapeOf(gate));
    native.swigluForward?.(at(gate), at(up), at(out), sizeOf(gate));
    return { outputs: [out] };
  },
  HoldfastSwigluGrad: ({ inputs: { gate, up, dy }, output, at, native }) => {
    const dgate = output(shapeOf(gate));
    const dup = output(shapeOf(up));
    native.swigluBackward?.(at(gate), at(up), at(dy), at(dgate), at(dup), sizeOf(gate));
    return { outputs: [dgate, dup] };
  },
  HoldfastRope: ({ inputs: { x, cos, sin }, attrs: { direction = 1 }, output, at, native }) => {
    const [batch = 0, time = 0, heads = 0, width = 0] = shapeOf(x);
    const out = output(shapeOf(x));
    native.rope?.(
      at(x),
      at(cos),
      at(sin),
      at(out),
      batch,
      time,
      heads,
      width / 2,
      shapeOf(cos)[0] ?? 1,
      direction,
    );
    return { outputs: [out] };
  },
  HoldfastCrossEntropy: ({ inputs: { logits, labels }, output, at, set, native }) => {
    const [rows = 0, vocab = 0] = shapeOf(logits);
    const lse = output([rows]);
    const sum = output([]);
    set(sum, native.crossEntropyForward?.(at(logits), at(labels), at(lse), rows, vocab) ?? NaN);
    return { outputs: [sum, lse] };
  },
  HoldfastCrossEntropyGrad: ({
    inputs: { logits, labels, lse },
    attrs: { factor = 1 },
    output,
    at,
    native,
  }) => {
    const [rows = 0, vocab = 0] = shapeOf(logits);
    const dlogits = output([rows, vocab]);
    native.crossEntropyBackward?.(at(logits), at(labels), at(lse), at(dlogits), rows, vocab, factor);
    return { outputs: [dlogits] };
  },
  HoldfastDivergence: ({ inputs: { logits, teacher }, attrs: { inverse = 1 }, output, at, set, native }) => {
    const [rows = 0, vocab = 0] = shapeOf(logits);
    const sum = output([]);
    const lse = output([rows]);
    set(sum, native.divergenceForward?.(at(logits), at(teacher), at(lse), rows, vocab, inverse) ?? NaN);
    return { outputs: [sum, lse] };
  },
  HoldfastDivergenceGrad: ({
    inputs: { logits, teacher, lse },
    attrs: { inverse = 1, factor = 1 },
    output,
    at,
    native,
  }) => {
    const [rows = 0, vocab = 0] = shapeOf(logits);
    const dlogits = output([rows, vocab]);
    const scale = factor * inverse;
    native.divergenceBackward?.(at(logits), at(teacher), at(lse), at(dlogits), rows, vocab, inverse, scale);
    return { outputs: [dlogits] };
  },
  HoldfastLogSoftmax: ({ inputs: { logits }, attrs: { inverse = 1 }, output, at, native }) => {
    const [rows = 0, vocab = 0] = shapeOf(logits);
    const out = output([rows, vocab]);
    native.logSoftmaxRows?.(at(logits), at(out), rows, vocab, inverse);
    return { outputs: [out] };
  },
  HoldfastGatherRows: ({ inputs: { table, ids }, output, at, native }) => {
    const [, width = 0] = shapeOf(table);
    const count = sizeOf(ids);
    const out = output([count, width]);
    native.gatherRows?.(at(table), at(ids), at(out), count, width);
    return { outputs: [out] };
  },
  HoldfastScatterAddRows: ({ inputs: { rows, ids }, attrs: { size = 0 }, output, at, native }) => {
    const [count = 0, width = 0] = shapeOf(rows);
    const out = output([size, width], 'zeroed');
    native.scatterAddRows?.(at(rows), at(ids), at(out), count, width);
    return { outputs: [out] };
  },
  HoldfastTranspose: ({ inputs: { x }, output, at, native }) => {
    const [rows = 0, columns = 0] = shapeOf(x);
    const out = output([columns, rows]);
    native.transpose2d?.(at(x), at(out), rows, columns);
    return { outputs: [out] };
  },
} as const satisfies Record<string, KernelDefinition>;

export type KernelName = keyof typeof KERNELS;

type Call = KernelCall['inputs'];

function attentionSizes(
  q: Call[string] | undefined,
  k: Call[string] | undefined,
): [number, number, number, number, number, number] {
  const [batch = 0, queries = 0, heads = 0, dim = 0] = shapeOf(q);
  const [, keys = 0, kvHeads = 0] = shapeOf(k);
  return [batch, queries, keys, heads, kvHeads, dim];
}

function shapeOf(info: TensorInfo | undefined): readonly number[] {
  if (info === undefined) throw new Error('a kernel input is missing');
  return info.shape;
}

function sizeOf(info: TensorInfo | undefined): number {
  return shapeOf(info).reduce((product, size) => product * size, 1);
}
