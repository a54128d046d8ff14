import * as tf from '@tensorflow/tfjs-core';
import type { GradSaveFunc, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelName } from '../backend/kernelDefinitions.ts';
import { composedOps } from './composedOps.ts';
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
        gradFunc: (dy, [saved]) =>
          run('HoldfastScatterAddRows', { rows: dy, ids: saved }, { size: table.shape[0] }),
      };
    }),
  linear: (x, weight, bias) => {
    const product = differentiable<Tensor2D>([x, weight], (save) => {
      save([x, weight]);
      return {
        value: tf.matMul(x, weight),
        gradFunc: (dy, [input, kernel]) => [
          plainProduct(dy, transposed(kernel)),
          plainProduct(transposed(input), dy),
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
        gradFunc: (dy, [input, kernel]) => [plainProduct(dy, kernel), plainProduct(transposed(dy), input)],
      };
    }),
  rmsNorm: (x, weight, eps) =>
    differentiable([x, weight], (save) => {
      save([x, weight]);
      return {
        value: run('HoldfastRmsNorm', { x, weight }, { eps })[0],
        gradFunc: (dy, [input, scale]) =>
          run('HoldfastRmsNormGrad', { x: input, weight: scale, dy }, { eps }),
      };
    }),
  swiglu: (gate, up) =>
    differentiable([gate, up], (save) => {
      save([gate, up]);
      return {
        value: run('HoldfastSwiglu', { gate, up })[0],
        gradFunc: (dy, [savedGate, savedUp]) =>
          run('HoldfastSwigluGrad', { gate: savedGate, up: savedUp, dy }),
      };
    }),
  rope: (x, { cos, sin }) =>
    differentiable([x], (save) => {
      save([cos, sin]);
      return {
        value: run('HoldfastRope', { x, cos, sin }, { direction: 1 })[0],
        gradFunc: (dy, [savedCos, savedSin]) =>
          run('HoldfastRope', { x: dy, cos: savedCos, sin: savedSin }, { direction: -1 }),
      };
    }),
  attention,
  crossEntropySum: (logits, labels) =>
    differentiable<Tensor>([logits], (save) => {
      const [sum, lse] = run('HoldfastCrossEntropy', { logits, labels });
      save([logits, labels, lse]);
      return {
        value: sum,
        gradFunc: (dy, [savedLogits, savedLabels, savedLse]) =>
          run(
            'HoldfastCrossEntropyGrad',
            { logits: savedLogits, labels: savedLabels, lse: savedLse },
            { factor: dy.dataSync()[0] ?? NaN },
          ),
      };
    }),
};

function attention(q: Tensor4D, k: Tensor4D, v: Tensor4D, mask: 'causal' | Tensor4D): Tensor2D {
  if (mask !== 'causal' && (mask.shape[1] !== 1 || mask.shape[2] !== 1))
    return composedOps.attention(q, k, v, mask);
  return differentiable([q, k, v], (save) => {
    const [out, weights] = run('HoldfastAttention', mask === 'causal' ? { q, k, v } : { q, k, v, mask });
    save([q, k, v, weights]);
    return {
      value: out,
      gradFunc: (dy, [sq, sk, sv, sw]) =>
        run('HoldfastAttentionGrad', { q: sq, k: sk, v: sv, weights: sw, dy }),
    };
  });
}

/** Up to four tensors of a rank TensorFlow.js does not tell; each definition reads as many as it wrote. */
type Saved = readonly [Tensor2D, Tensor2D, Tensor2D, Tensor2D];

// Tensors come out of TensorFlow.js without their rank; the definitions beside the kernels fix it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the rank it knows
function differentiable<Result extends Tensor = Tensor2D & Tensor4D>(
  inputs: readonly Tensor[],
  compute: (save: GradSaveFunc) => {
    value: Tensor;
    gradFunc: (dy: Tensor2D, saved: Saved) => readonly Tensor[];
  },
): Result {
  const operation = tf.customGrad((...args) => {
    const { value, gradFunc } = compute(args.at(-1) as GradSaveFunc);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => [...gradFunc(dy as Tensor2D, saved as unknown as Saved)],
    };
  });
  return operation(...inputs) as Result;
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
