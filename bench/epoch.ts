import * as tf from '@tensorflow/tfjs-core';
import { epochOrder, padRows, paddingShare } from '../src/engines/tfjs/training/batches.ts';
import { crossEntropyLoss } from '../src/engines/tfjs/training/losses.ts';
import { train } from '../src/engines/tfjs/training/train.ts';
import { loadExample } from './example.ts';
import type { Figure } from './figure.ts';

/** One epoch of the example: tensors that were not there before, and the share of padding. */
export function benchEpoch(): Figure[] {
  const { model, tokenizer, rows } = loadExample();
  const plan = { batchSize: 64, accumulation: 1, groupByLength: true, seed: 1 };
  const lengths = rows.map((row) => row.input_ids.length);
  const order = epochOrder(lengths, plan, 0);
  const before = tf.memory().numTensors;
  void train({
    model,
    loss: crossEntropyLoss,
    trainable: model.specs.map((spec) => spec.name),
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    moments: new Map(),
    maxGradNorm: 1,
    startStep: 0,
    totalSteps: 1,
    batchesOf: () =>
      order.flat().map((micro) =>
        padRows(
          micro.flatMap((index) => rows[index] ?? []),
          tokenizer.eosTokenId,
        ),
      ),
    learningRateOf: () => 1e-4,
    afterStep: async () => Promise.resolve('go on'),
  });
  const left = tf.memory().numTensors - before;
  const padding = paddingShare(lengths, order);
  const unsorted = paddingShare(lengths, epochOrder(lengths, { ...plan, groupByLength: false }, 0));
  model.dispose();
  return [
    {
      name: 'tensors alive after an epoch that were not before',
      value: left,
      text: String(left),
      limit: '0',
    },
    {
      name: 'padding, rows grouped by length',
      value: padding,
      text: `${(100 * padding).toFixed(1)} %`,
      limit: '< 10 %',
    },
    { name: 'padding, rows in random order', value: unsorted, text: `${(100 * unsorted).toFixed(1)} %` },
  ];
}
