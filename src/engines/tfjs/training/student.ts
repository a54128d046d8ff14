import type { Tensor2D } from '@tensorflow/tfjs-core';
import { forward, project, type Parameters, type Trunk } from '../model/model.ts';
import type { Ops } from '../model/ops.ts';
import type { MicroBatch } from './batches.ts';
import type { LanguageModel } from './languageModel.ts';

/** A model as a loss sees it: which parameters it has, and where its forward pass begins, is not the loss's concern. */
export interface Student {
  readonly ops: Ops;
  /** After the final norm, [rows * time, hidden_size]. */
  hidden(batch: MicroBatch): Tensor2D;
  /** Logits [n, vocab] of hidden states [n, hidden_size]. */
  logits(hidden: Tensor2D): Tensor2D;
}

/** @param trunk the output of the layers that stand still below everything trained, for the batch in hand */
export function studentOf(
  model: Pick<LanguageModel, 'arch' | 'ops'>,
  parameters: Parameters,
  trunk?: Trunk,
): Student {
  const { arch, ops } = model;
  return {
    ops,
    hidden: (batch) => forward(parameters, arch, ops, batch, { trunk }).hidden,
    logits: (hidden) => project(parameters, arch, ops, hidden),
  };
}
