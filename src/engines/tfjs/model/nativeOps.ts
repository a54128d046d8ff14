import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelName } from '../backend/kernelDefinitions.ts';
import { composedOps } from './composedOps.ts';
import { differentiable, ready, type Saved } from './differentiable.ts';
import type { Ops } from './ops.ts';

/**
 * Ops on Holdfast's WebAssembly kernels, each with its gradient as one more kernel: a third of the passes over memory of the
 * composed ones, nothing above the causal diagonal, and no transposed copies of activations.
 * Only for the wasm backend with its kernels registered.
 */
export const nativeOps: Ops = {
  name: 'native',
  embed: (table, ids) =>
    differentiable([table], (save) => {
      save([ids]);
      return {
        value: run('HoldfastGatherRows', { table, ids })[0],
        gradients: (dy, [saved]) => [
          () => run('HoldfastScatterAddRows', { rows: dy, ids: saved }, { size: table.shape[0] })[0],
        ],
      };
    }),
  linear: (x, weight, bias) => {
    const product = differentiable<Tensor2D>([x, weight], (save) => {
      save([x, weight]);
      return {
        value: tf.matMul(x, weight),
        gradients: (dy, [input, kernel]) => [
          () => plainProduct(dy, transposed(kernel)),
          () => plainProduct(transposed(input), dy),
        ],
      };
    });
    return bias === undefined ? product : tf.add(product, bias);
  },
  linearTransposed: (x, weight) =>
    differentiable([x, weight], (save) => {
      save([x, weight]);
      return {
        value: plainProduct(x, transposed(weight)),
        gradients: (dy, [input, kernel]) => [
          () => plainProduct(dy, kernel),
          () => plainProduct(transposed(dy), input),
        ],
      };
    }),
  rmsNorm: (x, weight, eps) =>
    differentiable([x, weight], (save) => {
      save([x, weight]);
      return {
        value: run('HoldfastRmsNorm', { x, weight }, { eps })[0],
        gradients: (dy, [input, scale]) =>
          ready(run('HoldfastRmsNormGrad', { x: input, weight: scale, dy }, { eps })),
      };
    }),
  swiglu: (gate, up) =>
    differentiable([gate, up], (save) => {
      save([gate, up]);
      return {
        value: run('HoldfastSwiglu', { gate, up })[0],
        gradients: (dy, [savedGate, savedUp]) =>
          ready(run('HoldfastSwigluGrad', { gate: savedGate, up: savedUp, dy })),
      };
    }),
  rope: (x, { cos, sin }) =>
    differentiable([x], (save) => {
      save([cos, sin]);
      return {
        value: run('HoldfastRope', { x, cos, sin }, { direction: 1 })[0],
        gradients: (dy, [savedCos, savedSin]) => [
          () => run('HoldfastRope', { x: dy, cos: savedCos, sin: savedSin }, { direction: -1 })[0],
        ],
      };
    }),
  attention,
  crossEntropySum: (logits, labels) =>
    differentiable<Tensor>([logits], (save) => {
      const [sum, lse] = run('HoldfastCrossEntropy', { logits, labels });
      save([logits, labels, lse]);
      return {
        value: sum,
        gradients: (dy, [savedLogits, savedLabels, savedLse]) => [
          () =>
            run(
              'HoldfastCrossEntropyGrad',
              { logits: savedLogits, labels: savedLabels, lse: savedLse },
              { factor: dy.dataSync()[0] ?? NaN },
            )[0],
        ],
      };
    }),
  divergenceSum: (logits, teacher, temperature) =>
    differentiable<Tensor>([logits], (save) => {
      const attrs = { inverse: 1 / temperature };
      const [sum, lse] = run('HoldfastDivergence', { logits, teacher }, attrs);
      save([logits, teacher, lse]);
      return {
        value: sum,
        gradients: (dy, [savedLogits, savedTeacher, savedLse]) => [
          () =>
            run(
              'HoldfastDivergenceGrad',
              { logits: savedLogits, teacher: savedTeacher, lse: savedLse },
              { ...attrs, factor: dy.dataSync()[0] ?? NaN },
            )[0],
        ],
      };
    }),
  logSoftmax: (logits, temperature) => run('HoldfastLogSoftmax', { logits }, { inverse: 1 / temperature })[0],
};

function attention(q: Tensor4D, k: Tensor4D, v: Tensor4D, mask: 'causal' | Tensor4D): Tensor2D {
  if (mask !== 'causal' && (mask.shape[1] !== 1 || mask.shape[2] !== 1))
    return composedOps.attention(q, k, v, mask);
  return differentiable([q, k, v], (save) => {
    const [out, weights] = run('HoldfastAttention', mask === 'causal' ? { q, k, v } : { q, k, v, mask });
    save([q, k, v, weights]);
    return {
      value: out,
      gradients: (dy, [sq, sk, sv, sw]) =>
        ready(run('HoldfastAttentionGrad', { q: sq, k: sk, v: sv, weights: sw, dy })),
    };
  });
}

/** The outputs of one of our kernels; it makes at least one. */
function run(
  name: KernelName,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: Record<string, number> = {},
): Saved {
  return tf.engine().runKernel(name, inputs, attrs) as unknown as Saved;
}

function transposed(x: Tensor2D): Tensor2D {
  return run('HoldfastTranspose', { x })[0];
}

function plainProduct(a: Tensor2D, b: Tensor2D): Tensor2D {
  return tf.matMul(a, b);
}
