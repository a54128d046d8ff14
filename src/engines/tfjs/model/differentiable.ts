import * as tf from '@tensorflow/tfjs-core';
import type { GradSaveFunc, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** Up to four tensors of a rank TensorFlow.js does not tell; each definition reads as many as it wrote. */
export type Saved = readonly [Tensor2D, Tensor2D, Tensor2D, Tensor2D];

export interface Definition {
  readonly value: Tensor;
  /**
   * One function per input, called only for the inputs that a trained parameter hangs on: what stands still costs no
   * gradient. A kernel that makes several gradients at once runs before the functions are returned.
   */
  readonly gradients: (dy: Tensor2D, saved: Saved) => readonly (() => Tensor)[];
}

/**
 * An operation with a gradient of its own, as tf.customGrad, which always computes the gradients of all inputs; for a
 * model of which only a part is trained that is up to a third of a step for nothing.
 */
// Tensors come out of TensorFlow.js without their rank; the definitions fix it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the rank it knows
export function differentiable<Result extends Tensor = Tensor2D & Tensor4D>(
  inputs: readonly Tensor[],
  define: (save: GradSaveFunc) => Definition,
): Result {
  let gradients: Definition['gradients'] | undefined;
  return lazyEngine().runKernelFunc({
    forwardFunc: (_backend, save) => {
      const definition = define(save);
      gradients = definition.gradients;
      return definition.value;
    },
    backwardsFunc: (dy, saved) => {
      const parts = gradients?.(dy as Tensor2D, saved as unknown as Saved) ?? [];
      return Object.fromEntries(parts.map((part, index) => [index, part]));
    },
    inputs: Object.fromEntries(inputs.map((input, index) => [index, input])),
  }) as Result;
}

/** Gradients that one kernel made together. */
export function ready(tensors: readonly Tensor[]): (() => Tensor)[] {
  return tensors.map((tensor) => () => tensor);
}

/** The one entry of TensorFlow.js's engine that takes gradients as functions; its own ops use it, its types hide it. */
interface LazyEngine {
  runKernelFunc(operation: {
    readonly forwardFunc: (backend: unknown, save: GradSaveFunc) => Tensor;
    readonly backwardsFunc: (dy: Tensor, saved: readonly Tensor[]) => Readonly<Record<string, () => Tensor>>;
    readonly inputs: Readonly<Record<string, Tensor>>;
  }): Tensor;
}

function lazyEngine(): LazyEngine {
  return tf.engine() as unknown as LazyEngine;
}
