import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { MicroBatch } from './batches.ts';
import {
  distilledInRow,
  distilledPositions,
  labelledPositions,
  unite,
  type DistilledPositions,
  type Positions,
} from './positions.ts';
import type { Student } from './student.ts';

/** One micro-batch's share of the step's loss, in parts. Scalars. */
export interface LossParts {
  /** What is differentiated; already divided by the token counts of the whole optimizer step. */
  readonly total: Tensor;
  /** Sum of cross-entropies over the counted tokens, nats. */
  readonly ceSum: Tensor;
  /** Sum of KL(teacher || student) over the distilled positions, nats; absent where nothing is distilled. */
  readonly kdSum?: Tensor;
}

/** Tokens that count, of a micro-batch or of all micro-batches of one optimizer step. */
export interface TokenCounts {
  readonly ceTokens: number;
  readonly kdTokens: number;
}

/**
 * A loss is an argument of the training loop: it sees the student and one micro-batch. The gradient of a step is the sum of
 * the gradients of its micro-batches' totals, which is why each is divided by the counts of the whole step.
 */
export interface Loss {
  /** What `kdSum` is multiplied with in the total, per distilled token; 0 where nothing is distilled. */
  readonly kdFactor: number;
  count(batch: MicroBatch): TokenCounts;
  /** @param counts of the whole optimizer step */
  compute(student: Student, batch: MicroBatch, counts: TokenCounts): LossParts;
}

/**
 * Causal cross-entropy on the labelled tokens (DESIGN 5): sum(ce) / N_ce with N_ce over the whole step, so that accumulation
 * does not change the loss. Only labelled positions are projected to the vocabulary.
 */
export const crossEntropyLoss: Loss = {
  kdFactor: 0,
  count: ({ ceTokens }) => ({ ceTokens, kdTokens: 0 }),
  compute: (student, batch, counts) => {
    const { positions, labels } = labelledPositions(batch);
    const logits = student.logits(pick(student, student.hidden(batch), positions));
    const ceSum = student.ops.crossEntropySum(logits, tf.tensor1d(labels, 'int32'));
    return { total: tf.div(ceSum, Math.max(1, counts.ceTokens)), ceSum };
  },
};

/** What a frozen teacher says; computed once, before training. */
export interface TeacherOutputs {
  /** log softmax(logits / temperature) at a batch's distilled positions, in their order: [n, vocab]. */
  logProbabilities(batch: MicroBatch): Tensor2D;
}

export interface Distillation {
  readonly kdWeight: number;
  readonly temperature: number;
  readonly positions: DistilledPositions;
  readonly teacher: TeacherOutputs;
}

/**
 * Self-distillation (DESIGN 5; Li & Hoiem 2017, "Learning without Forgetting"; arXiv 2604.15574):
 * sum(ce) / N_ce + kd_weight * T^2 * sum(KL(p_teacher^T || p_student^T)) / N_kd, with the cross-entropy at temperature 1.
 * Positions that neither part needs are never projected to the vocabulary.
 */
export function distillationLoss({ kdWeight, temperature, positions, teacher }: Distillation): Loss {
  const kdFactor = kdWeight * temperature * temperature;
  return {
    kdFactor,
    count: (batch) => ({
      ceTokens: batch.ceTokens,
      kdTokens: batch.source.reduce((sum, row) => sum + distilledInRow(row, positions).length, 0),
    }),
    compute: (student, batch, counts) => {
      const labelled = labelledPositions(batch);
      const { all, first, second } = unite(labelled.positions, distilledPositions(batch, positions));
      const logits = student.logits(pick(student, student.hidden(batch), all));
      const ceSum = student.ops.crossEntropySum(
        pick(student, logits, first),
        tf.tensor1d(labelled.labels, 'int32'),
      );
      const kdSum = student.ops.divergenceSum(
        pick(student, logits, second),
        teacher.logProbabilities(batch),
        temperature,
      );
      const ce = tf.div(ceSum, Math.max(1, counts.ceTokens));
      const kd = tf.mul(kdSum, kdFactor / Math.max(1, counts.kdTokens));
      return { total: tf.add(ce, kd), ceSum, kdSum };
    },
  };
}

/** Rows of `x` [n, width]; `x` itself where that is all of them, in order. */
function pick(student: Student, x: Tensor2D, indices: Positions): Tensor2D {
  const isAll = indices.length === x.shape[0] && indices.every((index, place) => index === place);
  return isAll ? x : student.ops.embed(x, tf.tensor1d(indices, 'int32'));
}
