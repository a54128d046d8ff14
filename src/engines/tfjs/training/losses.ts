import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { IGNORE_INDEX } from '../../../data/encode.ts';
import { forward, project, type Parameters } from '../model/model.ts';
import type { LanguageModel } from './languageModel.ts';
import type { MicroBatch } from './batches.ts';

/** One micro-batch's share of the step's loss, in parts. Scalars. */
export interface LossParts {
  /** What is differentiated; already divided by the token counts of the whole optimizer step. */
  readonly total: Tensor;
  /** Sum of cross-entropies over the counted tokens, nats. */
  readonly ceSum: Tensor;
}

/** Tokens that count in one optimizer step, over all its micro-batches. */
export interface StepCounts {
  readonly ceTokens: number;
}

/**
 * A loss is an argument of the training loop: it sees the parameters being trained and one micro-batch.
 * The gradient of a step is the sum of the gradients of its micro-batches' totals.
 */
export type Loss = (
  model: LanguageModel,
  parameters: Parameters,
  batch: MicroBatch,
  counts: StepCounts,
) => LossParts;

/**
 * Causal cross-entropy on the labelled tokens (DESIGN 5): sum(ce) / N_ce with N_ce over the whole step, so that accumulation
 * does not change the loss. Only labelled positions are projected to the vocabulary.
 */
export const crossEntropyLoss: Loss = (model, parameters, batch, counts) => {
  const { hidden } = forward(parameters, model.arch, model.ops, batch);
  const { positions, labels } = labelledPositions(batch);
  const picked = model.ops.embed(hidden, tf.tensor1d(positions, 'int32'));
  const logits = project(parameters, model.arch, model.ops, picked);
  const ceSum = model.ops.crossEntropySum(logits, tf.tensor1d(labels, 'int32'));
  return { total: tf.div(ceSum, Math.max(1, counts.ceTokens)), ceSum };
};

/**
 * Where the loss counts: flat indices into [rows * time] of the positions that predict a labelled token, and those labels
 * (position t predicts token t + 1).
 */
export function labelledPositions(batch: MicroBatch): { positions: Int32Array; labels: Int32Array } {
  const positions: number[] = [];
  const labels: number[] = [];
  for (let row = 0; row < batch.rows; row++) {
    for (let t = 1; t < batch.time; t++) {
      const label = batch.labels[row * batch.time + t] ?? IGNORE_INDEX;
      if (label === IGNORE_INDEX) continue;
      positions.push(row * batch.time + t - 1);
      labels.push(label);
    }
  }
  return { positions: Int32Array.from(positions), labels: Int32Array.from(labels) };
}
