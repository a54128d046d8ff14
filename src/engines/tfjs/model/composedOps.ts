import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.ts';
import type { Ops, RopeTables } from './ops.ts';

/**
 * Ops composed from TensorFlow.js: right on every backend, and the yardstick for faster ones. Linear layers carry explicit
 * transposes in their gradients, because tfjs-backend-wasm reaches its fast matrix product only where nothing is transposed
 * (tfjs#2532: 24.8 GFLOP/s against 1.7 to 2.4).
 */
export const composedOps: Ops = {
  name: 'composed',
  embed: (table, ids) => tf.gather(table, ids),
  linear: (x, weight, bias) => {
    const product = linear(x, weight);
    return bias === undefined ? product : tf.add(product, bias);
  },
  linearTransposed: (x, weight) => linear(x, tf.transpose(weight)),
  rmsNorm: (x, weight, eps) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps));
    return tf.mul(tf.mul(x, scale), weight);
  },
  swiglu: (gate, up) => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up),
  rope,
  attention,
  crossEntropySum: (logits, labels) => {
    const picked = tf.oneHot(labels, logits.shape[1]);
    const logProbabilities = tf.logSoftmax(logits, -1);
    return tf.neg(tf.sum(tf.mul(logProbabilities, picked)));
  },
  divergenceSum: (logits, teacher, temperature) => {
    const student = tf.logSoftmax(tf.div(logits, temperature), -1);
    return tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)));
  },
  logSoftmax: (logits, temperature) => tf.logSoftmax(tf.div(logits, temperature), -1),
};

/** x [n, in] times weight [in, out]; only plain products, forwards and backwards. */
function linear(x: Tensor2D, weight: Tensor2D): Tensor2D {
  return differentiable([x, weight], (save) => {
    save([x, weight]);
    return {
      value: tf.matMul(x, weight),
      gradients: (dy, [input, kernel]) => [
        () => tf.matMul(dy, tf.transpose(kernel)),
        () => tf.matMul(tf.transpose(input), dy),
      ],
    };
  });
}

function rope(x: Tensor4D, { cos, sin }: RopeTables): Tensor4D {
  const half = (x.shape[3] / 2) | 0;
  const [first, second] = tf.split(x, [half, half], 3) as [Tensor4D, Tensor4D];
  return tf.concat(
    [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
    3,
  );
}

function attention(q: Tensor4D, k: Tensor4D, v: Tensor4D, mask: 'causal' | Tensor4D): Tensor2D {
  const [batch, queries, heads, headDim] = q.shape;
  const byHead = (x: Tensor4D): Tensor4D => tf.transpose(repeatHeads(x, heads), [0, 2, 1, 3]);
  const scores = tf.mul(tf.matMul(byHead(q), byHead(k), false, true), 1 / Math.sqrt(headDim));
  const added = mask === 'causal' ? causalMask(queries, k.shape[1]) : mask;
  const weights = tf.softmax(tf.add(scores, added), -1);
  const mixed = tf.matMul(weights, byHead(v));
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * queries, heads * headDim]);
}

/** Key/value heads repeated so that each query head has its own: [b, t, kv, d] -> [b, t, heads, d]. */
function repeatHeads(x: Tensor4D, heads: number): Tensor4D {
  const kvHeads = x.shape[2];
  if (kvHeads === heads) return x;
  // gather and not tile, whose gradient TensorFlow.js lacks at this rank.
  const group = heads / kvHeads;
  const source = Int32Array.from({ length: heads }, (_, head) => Math.floor(head / group));
  return tf.gather(x, tf.tensor1d(source, 'int32'), 2);
}

/** Additive mask [1, 1, queries, keys]; finite, because -inf minus -inf is NaN in a softmax. */
export function causalMask(queries: number, keys: number): Tensor4D {
  const offset = keys - queries;
  const values = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) for (let j = i + offset + 1; j < keys; j++) values[i * keys + j] = MASKED;
  return tf.tensor4d(values, [1, 1, queries, keys]);
}

/** Far below any score, yet finite in float32. */
export const MASKED = -1e30;
