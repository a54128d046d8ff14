import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { chooseTrainable } from '../src/data/parameterGroups.ts';
import { prepareTeacher, type Teacher } from '../src/engines/tfjs/run/teacher.ts';
import { epochOrder, padRows, type MicroBatch } from '../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../src/engines/tfjs/training/gradients.ts';
import type { LanguageModel } from '../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss, distillationLoss, type Loss } from '../src/engines/tfjs/training/losses.ts';
import { clipScale, globalNorm, type Moments } from '../src/engines/tfjs/training/optimizer.ts';
import { distilledPositions } from '../src/engines/tfjs/training/positions.ts';
import { applyGradients } from '../src/engines/tfjs/training/train.ts';
import { bothOps } from '../test/engines/tfjs/models.ts';
import { CASES, distillationParity } from '../test/engines/tfjs/naiveDistillation.ts';
import { loadExample } from './example.ts';
import { median, milliseconds, spread, type Figure } from './figure.ts';
import { stepFlops } from './flops.ts';

const ROUNDS = 9;
const SETTINGS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const DISTILL = { kdWeight: 1, temperature: 0.5 };

/** A method at work: whole optimizer steps over the same batches. */
interface Contestant {
  readonly name: string;
  readonly loss: Loss;
  readonly trainable: readonly string[];
}

/** What the two cures cost: exactness, time and memory of whole steps on the example's rows, interleaved. */
export function benchMethods(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    return [...parityFigures(folder), ...costFigures(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parityFigures(folder: string): Figure[] {
  return bothOps.flatMap((ops) =>
    CASES.map(([name, c], index) => {
      const { loss, gradients } = distillationParity(ops, c, join(folder, `${ops.name}-${index}`));
      const value = Math.max(loss, ...gradients.values());
      return {
        name: `${ops.name}, ${name}: worst error`,
        value,
        text: value.toExponential(1),
        limit: '<= 1e-5',
      };
    }),
  );
}

function costFigures(folder: string): Figure[] {
  const { model, tokenizer, rows } = loadExample();
  const plan = { batchSize: 64, accumulation: 1, groupByLength: true, seed: 1 };
  const lengths = rows.map((row) => row.input_ids.length);
  const batches = epochOrder(lengths, plan, 0)
    .flat()
    .filter((micro) => micro.length === plan.batchSize)
    .map((micro) =>
      padRows(
        micro.flatMap((index) => rows[index] ?? []),
        tokenizer.eosTokenId,
      ),
    );
  const all = model.specs.map(({ name }) => name);
  const attention = chooseTrainable(all, { trainable_groups: ['attention'] });
  const teacherAt = (positions: 'all' | 'completion', mostBytes?: number): Teacher =>
    prepareTeacher(model, {
      folder: join(folder, `${positions}-${mostBytes ?? ''}`),
      rows,
      distill: { positions, temperature: DISTILL.temperature },
      batchSize: 64,
      padId: tokenizer.eosTokenId,
      onProgress: () => undefined,
      ...(mostBytes === undefined ? {} : { mostBytes }),
    });
  const distilled = (positions: 'all' | 'completion', mostBytes?: number): Loss =>
    distillationLoss({ ...DISTILL, positions, teacher: teacherAt(positions, mostBytes) });
  const contestants: readonly Contestant[] = [
    { name: 'plain', loss: crossEntropyLoss, trainable: all },
    { name: 'completion', loss: distilled('completion'), trainable: all },
    { name: 'all', loss: distilled('all'), trainable: all },
    { name: 'all, hidden states kept', loss: distilled('all', 1), trainable: all },
    {
      name: 'attention only',
      loss: crossEntropyLoss,
      trainable: 'trainable' in attention ? attention.trainable : [],
    },
  ];
  const runs = contestants.map((contestant) => ({ ...contestant, ...runner(model, batches, contestant) }));
  for (const { epoch } of runs) epoch();
  const times = runs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { epoch }] of runs.entries()) times[index]?.push(milliseconds(epoch) / batches.length);
  const of = (name: string): number => contestants.findIndex((contestant) => contestant.name === name);
  const ratio = (name: string, other: string): number[] =>
    (times[of(name)] ?? []).map((time, round) => time / (times[of(other)]?.[round] ?? NaN));
  const bytes = runs.map(({ peakBytes }) => peakBytes());
  const memory = (name: string): number => (bytes[of(name)] ?? NaN) / (bytes[of('plain')] ?? NaN);
  const work = (trainable?: readonly string[], projected?: 'all', teacher = false): number =>
    batches.reduce((sum, batch) => {
      const kd = distilledPositions(batch, 'all').length;
      return (
        sum +
        stepFlops(model.arch, {
          tokens: batch.rows * batch.time,
          projected: projected === 'all' ? kd : batch.ceTokens,
          teacherProjected: teacher ? kd : 0,
          ...(trainable === undefined ? {} : { trainable: new Set(trainable) }),
        })
      );
    }, 0);
  const plain = work();
  const floor = work(undefined, 'all') / plain;
  const floorWithHead = work(undefined, 'all', true) / plain;
  const ceiling = plain / work(contestants[of('attention only')]?.trainable);
  const flat = (name: string, value: number, limit?: string): Figure => ({
    name,
    value,
    text: `${value.toFixed(3)} x`,
    ...(limit === undefined ? {} : { limit }),
  });
  const allTime = median(ratio('all', 'plain'));
  return [
    spread('plain SFT, one step of 64 rows', times[of('plain')] ?? [], 'ms', 0),
    spread('completion: time over plain', ratio('completion', 'plain'), 'x', 3, '<= 1.05 x'),
    flat('completion: memory over plain', memory('completion'), '<= 1.10 x'),
    flat('all: FLOP floor over plain, outputs kept', floor),
    flat('all: FLOP floor over plain, hidden states kept (DESIGN 8)', floorWithHead),
    spread('all: time over plain', ratio('all', 'plain'), 'x', 3),
    flat('all: time over its floor', allTime / floorWithHead, '<= 1.10 x'),
    flat('all: time over the lower floor', allTime / floor),
    flat('all: memory over plain', memory('all')),
    spread('all, hidden states kept: time over plain', ratio('all, hidden states kept', 'plain'), 'x', 3),
    flat('attention only: FLOP ceiling of the speed-up', ceiling),
    spread('attention only: plain time over its time', ratio('plain', 'attention only'), 'x', 3, '>= 1.15 x'),
    flat('attention only: memory over plain', memory('attention only'), '< 1 x'),
  ];
}

/**
 * Each contestant trains the same weights a little further in its turn, at a learning rate of 0, so that all multiply the same
 * numbers.
 */
function runner(
  model: LanguageModel,
  batches: readonly MicroBatch[],
  { loss, trainable }: Contestant,
): { epoch: () => void; peakBytes: () => number } {
  const moments = new Map<string, Moments>();
  let count = 0;
  const step = (batch: MicroBatch): ReadonlyMap<string, Float32Array> => {
    count++;
    const { gradients } = stepGradients(model, [batch], loss, trainable);
    const scale = clipScale(globalNorm(gradients.values()), 1);
    applyGradients(model, gradients, moments, SETTINGS, { step: count, learningRate: 0, scale });
    return gradients;
  };
  return {
    epoch: () => {
      for (const batch of batches) step(batch);
    },
    // Weights, everything a step keeps for its gradient, the gradients themselves and the optimizer's state.
    peakBytes: () => Math.max(...batches.map((batch) => peakOf(() => step(batch)))) + bytesOf(moments),
  };
}

/** The most bytes of tensors alive during a step, and the gradients that come out of it. */
function peakOf(step: () => ReadonlyMap<string, Float32Array>): number {
  let peak = 0;
  const engine = tf.engine();
  const original = engine.runKernel.bind(engine);
  // On the object, before the method of its class: taken away again below.
  engine.runKernel = ((...call: Parameters<typeof original>) => {
    const result = original(...call);
    peak = Math.max(peak, tf.memory().numBytes);
    return result;
  }) as typeof engine.runKernel;
  try {
    const gradients = step();
    return peak + [...gradients.values()].reduce((sum, values) => sum + values.byteLength, 0);
  } finally {
    Reflect.deleteProperty(engine, 'runKernel');
  }
}

function bytesOf(moments: ReadonlyMap<string, Moments>): number {
  return [...moments.values()].reduce(
    (sum, { first, second }) => sum + first.byteLength + second.byteLength,
    0,
  );
}
