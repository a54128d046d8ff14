import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LanguageModel } from './languageModel.ts';
import type { Loss } from './losses.ts';
import type { MicroBatch } from './batches.ts';

/** What one optimizer step's forward and backward passes gave. */
export interface StepGradients {
  /** d loss / d parameter by name, memory layout, summed over the micro-batches. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** Mean nats per counted token. */
  readonly ceLoss: number;
  readonly ceTokens: number;
  readonly tokens: number;
}

/** Loss and gradients of one optimizer step. Leaves no tensor behind. */
export function stepGradients(
  model: LanguageModel,
  batches: readonly MicroBatch[],
  loss: Loss,
  trainable: readonly string[],
): StepGradients {
  const ceTokens = batches.reduce((sum, batch) => sum + batch.ceTokens, 0);
  const gradients = new Map<string, Float32Array>();
  let ceSum = 0;
  for (const batch of batches) {
    tf.tidy(() => {
      let parts: { ceSum: Tensor } | undefined;
      const compute = tf.valueAndGrads((...tensors: Tensor[]) => {
        const parameters = new Map(model.parameters);
        for (const [index, name] of trainable.entries()) parameters.set(name, tensors[index] as Tensor);
        const result = loss(model, parameters, batch, { ceTokens });
        parts = { ceSum: tf.keep(result.ceSum) };
        return result.total as tf.Scalar;
      });
      const { grads } = compute(trainable.map((name) => model.parameters.get(name) as Tensor));
      for (const [index, name] of trainable.entries())
        addInto(gradients, name, (grads[index] as Tensor).dataSync<'float32'>());
      if (parts !== undefined) {
        ceSum += parts.ceSum.dataSync()[0] ?? 0;
        parts.ceSum.dispose();
      }
    });
  }
  return {
    gradients,
    ceLoss: ceSum / Math.max(1, ceTokens),
    ceTokens,
    tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
  };
}

function addInto(sums: Map<string, Float32Array>, name: string, values: Float32Array): void {
  const sum = sums.get(name);
  if (sum === undefined) {
    sums.set(name, values);
    return;
  }
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
}
