import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { forwardTrunk } from '../model/model.ts';
import { layersBelow } from '../model/parameters.ts';
import type { MicroBatch } from './batches.ts';
import type { LanguageModel } from './languageModel.ts';
import type { Loss, LossParts, TokenCounts } from './losses.ts';
import { studentOf } from './student.ts';

/** What one optimizer step's forward and backward passes gave. */
export interface StepGradients extends TokenCounts {
  /** d loss / d parameter by name, memory layout, summed over the micro-batches. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** What was differentiated. */
  readonly loss: number;
  /** Mean nats per labelled token. */
  readonly ceLoss: number;
  /** Mean KL(teacher || student) per distilled token, nats, without its weight; 0 where nothing is distilled. */
  readonly kdLoss: number;
  /** loss = ceLoss + kdFactor * kdLoss. */
  readonly kdFactor: number;
  /** Tokens that are not padding. */
  readonly tokens: number;
}

/** Loss and gradients of one optimizer step with respect to the `trainable` parameters. Leaves no tensor behind. */
export function stepGradients(
  model: LanguageModel,
  batches: readonly MicroBatch[],
  loss: Loss,
  trainable: readonly string[],
): StepGradients {
  const counts = sumCounts(batches.map((batch) => loss.count(batch)));
  const gradients = new Map<string, Float32Array>();
  let ceSum = 0;
  let kdSum = 0;
  for (const batch of batches) {
    const sums = tf.tidy(() => addGradients(model, batch, loss, counts, trainable, gradients));
    ceSum += sums.ce;
    kdSum += sums.kd;
  }
  const ceLoss = ceSum / Math.max(1, counts.ceTokens);
  const kdLoss = kdSum / Math.max(1, counts.kdTokens);
  return {
    ...counts,
    gradients,
    loss: ceLoss + loss.kdFactor * kdLoss,
    ceLoss,
    kdLoss,
    kdFactor: loss.kdFactor,
    tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
  };
}

/** Adds one micro-batch's gradients to `into`; returns its loss sums, nats. */
function addGradients(
  model: LanguageModel,
  batch: MicroBatch,
  loss: Loss,
  counts: TokenCounts,
  trainable: readonly string[],
  into: Map<string, Float32Array>,
): { ce: number; kd: number } {
  const still = layersBelow(trainable, model.arch);
  // Outside of the tape: nothing below the lowest trained layer is remembered, or differentiated.
  const trunk =
    still === undefined ? undefined : forwardTrunk(model.parameters, model.arch, model.ops, batch, still);
  let sums: Pick<LossParts, 'ceSum' | 'kdSum'> | undefined;
  const compute = tf.valueAndGrads((...tensors: Tensor[]) => {
    const parameters = new Map(model.parameters);
    for (const [index, name] of trainable.entries()) parameters.set(name, tensors[index] as Tensor);
    const parts = loss.compute(studentOf(model, parameters, trunk), batch, counts);
    sums = {
      ceSum: tf.keep(parts.ceSum),
      ...(parts.kdSum === undefined ? {} : { kdSum: tf.keep(parts.kdSum) }),
    };
    return parts.total as tf.Scalar;
  });
  const { grads } = compute(trainable.map((name) => model.parameters.get(name) as Tensor));
  for (const [index, name] of trainable.entries())
    addInto(into, name, (grads[index] as Tensor).dataSync<'float32'>());
  return { ce: take(sums?.ceSum), kd: take(sums?.kdSum) };
}

/** A scalar's value; the tensor is given back. */
function take(scalar: Tensor | undefined): number {
  if (scalar === undefined) return 0;
  const value = scalar.dataSync()[0] ?? 0;
  scalar.dispose();
  return value;
}

function sumCounts(counts: readonly TokenCounts[]): TokenCounts {
  return {
    ceTokens: counts.reduce((sum, { ceTokens }) => sum + ceTokens, 0),
    kdTokens: counts.reduce((sum, { kdTokens }) => sum + kdTokens, 0),
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
