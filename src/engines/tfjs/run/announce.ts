import * as tf from '@tensorflow/tfjs-core';
import { countedTokens, type EncodedRow } from '../../../data/encode.ts';
import type { Knowledge } from '../../../data/knowledge.ts';
import { elementCount, parameterCount } from '../model/parameters.ts';
import { epochOrder, paddingShare } from '../training/batches.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import type { RunContext } from './context.ts';
import type { RunPlan } from './plan.ts';

export interface Announcement {
  readonly plan: RunPlan;
  readonly rows: readonly EncodedRow[];
  readonly model: LanguageModel;
  readonly trainable: readonly string[];
  readonly knowledge: Readonly<Record<Knowledge, number>>;
  readonly resumedFrom: number;
}

/** Says what is about to happen: the `started` event. */
export function announce(
  { log, run: { config } }: RunContext,
  { plan, rows, model, trainable, knowledge, resumedFrom }: Announcement,
): void {
  const moving = new Set(trainable);
  const lengths = rows.map((row) => row.input_ids.length);
  const batches = {
    batchSize: config.per_device_train_batch_size,
    accumulation: config.gradient_accumulation_steps,
    groupByLength: config.group_by_length,
    seed: config.data_seed ?? config.seed,
  };
  log.write({
    type: 'started',
    total_steps: plan.totalSteps,
    steps_per_epoch: plan.main.stepsPerEpoch,
    snapshot_steps: plan.snapshotSteps,
    num_rows: rows.length,
    num_train_tokens: lengths.reduce((sum, length) => sum + length, 0),
    effective_batch_size: batches.batchSize * batches.accumulation,
    gradient_accumulation_steps: batches.accumulation,
    num_parameters: parameterCount(model.specs),
    num_trainable_parameters: model.specs
      .filter(({ name }) => moving.has(name))
      .reduce((sum, { shape }) => sum + elementCount(shape), 0),
    resumed_from_step: resumedFrom,
    num_completion_tokens: rows.reduce((sum, row) => sum + countedTokens(row), 0),
    padding_share: paddingShare(lengths, epochOrder(lengths, batches, 0)),
    train_knowledge: { ...knowledge },
    num_tensors: tf.memory().numTensors,
  });
}
