import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/base/random.ts';
import { IGNORE_INDEX, type EncodedRow } from '../../../src/data/encode.ts';
import { composedOps } from '../../../src/engines/tfjs/model/composedOps.ts';
import { forward, project } from '../../../src/engines/tfjs/model/model.ts';
import type { Ops } from '../../../src/engines/tfjs/model/ops.ts';
import { prepareTeacher } from '../../../src/engines/tfjs/run/teacher.ts';
import { padRows, type MicroBatch } from '../../../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import type { LanguageModel } from '../../../src/engines/tfjs/training/languageModel.ts';
import { distillationLoss } from '../../../src/engines/tfjs/training/losses.ts';
import { distance, loadModel, norm } from './models.ts';

/** Self-distillation against an implementation without anything clever in it. */

export interface Case {
  readonly positions: 'all' | 'completion';
  readonly temperature: number;
  readonly kdWeight: number;
  /** Which tokens the cross-entropy counts. */
  readonly labels: 'completion' | 'all';
}

export const CASES: readonly (readonly [string, Case])[] = [
  ['all positions', { positions: 'all', temperature: 0.5, kdWeight: 1, labels: 'completion' }],
  ['completion positions', { positions: 'completion', temperature: 0.5, kdWeight: 1, labels: 'completion' }],
  [
    'every token labelled, completion distilled',
    { positions: 'completion', temperature: 2, kdWeight: 0.3, labels: 'all' },
  ],
  ['every token labelled and distilled', { positions: 'all', temperature: 1, kdWeight: 2, labels: 'all' }],
];

/** Relative errors of loss and gradients of one step of two micro-batches, and the step itself. */
export interface DistillationParity {
  readonly loss: number;
  /** By parameter name; the floor is a thousandth of the global norm. */
  readonly gradients: ReadonlyMap<string, number>;
  readonly step: ReturnType<typeof stepGradients>;
}

/** @param folder where the teacher's outputs may lie */
export function distillationParity(ops: Ops, c: Case, folder: string): DistillationParity {
  const student = loadModel('tiny-llama', ops);
  const teacher = perturb(loadModel('tiny-llama', ops));
  const rows = someRows(student.arch.vocab_size, 9, c.labels);
  const batches = [padRows(rows.slice(0, 5), 0), padRows(rows.slice(5), 0)];
  const outputs = prepareTeacher(teacher, {
    folder,
    rows,
    distill: c,
    batchSize: 4,
    padId: 0,
    onProgress: () => undefined,
  });
  const names = student.specs.map(({ name }) => name);
  const step = stepGradients(student, batches, distillationLoss({ ...c, teacher: outputs }), names);
  const theirs = naive(student, teacher, batches, c);
  const global = norm([...theirs.gradients.values()].map(norm));
  const gradients = [...theirs.gradients].map(([name, gradient]) => {
    const off = distance(step.gradients.get(name) ?? [], gradient);
    return [name, off / Math.max(norm(gradient), 1e-3 * global)] as const;
  });
  outputs.dispose();
  [student, teacher].forEach((model) => model.dispose());
  return { loss: Math.abs(step.loss - theirs.loss) / theirs.loss, gradients: new Map(gradients), step };
}

/** Rows of several lengths; `all` labels everything (completion_only_loss: false). */
export function someRows(
  vocab: number,
  count: number,
  labels: 'completion' | 'all' = 'completion',
): EncodedRow[] {
  const random = createRandom(1, 'rows');
  return Array.from({ length: count }, (_, index) => {
    const input_ids = Array.from({ length: 5 + (index % 5) }, () => random.below(vocab));
    const promptLength = 3 + (index % 2);
    const isLabel = (t: number): boolean => labels === 'all' || t >= promptLength;
    return {
      id: String(index),
      input_ids,
      labels: input_ids.map((id, t) => (isLabel(t) ? id : IGNORE_INDEX)),
      promptLength,
      truncated: 0,
    };
  });
}

/** Another model of the same shape, near enough to be a teacher. */
export function perturb(model: LanguageModel): LanguageModel {
  const random = createRandom(2, 'teacher');
  for (const { name } of model.specs)
    model.write(
      name,
      model.read(name).map((value) => value + 0.05 * random.normal()),
    );
  return model;
}

/**
 * The loss as DESIGN 5 writes it, without anything clever: a second forward pass, logits at every position, masks.
 * @returns loss and gradients by parameter name
 */
function naive(student: LanguageModel, teacher: LanguageModel, batches: readonly MicroBatch[], c: Case) {
  const names = student.specs.map(({ name }) => name);
  const counts = batches.map((batch) => ({
    ce: mask(batch, (row, t) => (row.labels[t + 1] ?? IGNORE_INDEX) !== IGNORE_INDEX),
    kd: mask(batch, (row, t) => c.positions === 'all' || t + 1 >= row.promptLength),
  }));
  const total = (key: 'ce' | 'kd'): number =>
    counts.flatMap((masks) => [...masks[key]]).reduce((a, b) => a + b, 0);
  let loss = 0;
  const gradients = new Map<string, Float32Array>();
  for (const [index, batch] of batches.entries()) {
    const { ce, kd } = counts[index] as { ce: Float32Array; kd: Float32Array };
    const logitsOf = (model: LanguageModel, parameters: ReadonlyMap<string, Tensor>): Tensor2D =>
      project(
        parameters,
        model.arch,
        composedOps,
        forward(parameters, model.arch, composedOps, batch).hidden,
      );
    const compute = tf.valueAndGrads((...tensors: Tensor[]) => {
      const logits = logitsOf(student, new Map(names.map((name, at) => [name, tensors[at] as Tensor])));
      const next = Int32Array.from(batch.ids, (_, at) => batch.ids[at + 1] ?? 0);
      const picked = tf.sum(
        tf.mul(tf.logSoftmax(logits), tf.oneHot(tf.tensor1d(next, 'int32'), logits.shape[1])),
        -1,
      );
      const p = tf.softmax(tf.div(logitsOf(teacher, teacher.parameters), c.temperature));
      const kl = tf.sum(tf.mul(p, tf.sub(tf.log(p), tf.logSoftmax(tf.div(logits, c.temperature)))), -1);
      const ceSum = tf.neg(tf.sum(tf.mul(picked, ce)));
      return tf.add<tf.Scalar>(
        tf.div(ceSum, total('ce')),
        tf.mul(tf.sum(tf.mul(kl, kd)), (c.kdWeight * c.temperature ** 2) / total('kd')),
      );
    });
    tf.tidy(() => {
      const { value, grads } = compute(names.map((name) => student.parameters.get(name) as Tensor));
      loss += value.dataSync()[0] ?? NaN;
      for (const [at, name] of names.entries()) {
        const values = (grads[at] as Tensor).dataSync<'float32'>();
        const sum = gradients.get(name);
        gradients.set(name, sum === undefined ? values : sum.map((one, i) => one + (values[i] ?? 0)));
      }
    });
  }
  return { loss, gradients };
}

/** 1 where position t of a row, which predicts token t + 1, counts. */
function mask(batch: MicroBatch, counts: (row: EncodedRow, t: number) => boolean): Float32Array {
  const values = new Float32Array(batch.rows * batch.time);
  for (const [index, row] of batch.source.entries())
    for (let t = 0; t + 1 < row.input_ids.length; t++) if (counts(row, t)) values[index * batch.time + t] = 1;
  return values;
}
