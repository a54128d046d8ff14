import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { IGNORE_INDEX, type EncodedRow } from '../../../src/data/encode.ts';
import { chooseTrainable } from '../../../src/data/parameterGroups.ts';
import { composedOps } from '../../../src/engines/tfjs/model/composedOps.ts';
import { forward, project } from '../../../src/engines/tfjs/model/model.ts';
import { nativeOps } from '../../../src/engines/tfjs/model/nativeOps.ts';
import { labelPull } from '../../../src/engines/tfjs/run/distil.ts';
import { cacheKindFor, prepareTeacher, type Teacher } from '../../../src/engines/tfjs/run/teacher.ts';
import { padRows, type MicroBatch } from '../../../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import type { LanguageModel } from '../../../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss, distillationLoss } from '../../../src/engines/tfjs/training/losses.ts';
import { distilledPositions } from '../../../src/engines/tfjs/training/positions.ts';
import { bothOps, distance, loadModel, norm, startBackend } from './models.ts';

beforeAll(startBackend);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'holdfast-teacher-')));
  return folders.at(-1) as string;
}

/** Rows of several lengths; `all` labels everything (completion_only_loss: false). */
function someRows(vocab: number, count: number, labels: 'completion' | 'all' = 'completion'): EncodedRow[] {
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
function perturb(model: LanguageModel): LanguageModel {
  const random = createRandom(2, 'teacher');
  for (const { name } of model.specs)
    model.write(
      name,
      model.read(name).map((value) => value + 0.05 * random.normal()),
    );
  return model;
}

const settings = (rows: readonly EncodedRow[], where: string) => ({
  folder: where,
  rows,
  batchSize: 4,
  padId: 0,
  onProgress: () => undefined,
});

interface Case {
  readonly positions: 'all' | 'completion';
  readonly temperature: number;
  readonly kdWeight: number;
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

describe.each(bothOps)('self-distillation with $name ops', (ops) => {
  const cases: [string, Case, 'completion' | 'all'][] = [
    ['all positions', { positions: 'all', temperature: 0.5, kdWeight: 1 }, 'completion'],
    ['completion positions', { positions: 'completion', temperature: 0.5, kdWeight: 1 }, 'completion'],
    [
      'every token labelled, completion distilled',
      { positions: 'completion', temperature: 2, kdWeight: 0.3 },
      'all',
    ],
    ['every token labelled and distilled', { positions: 'all', temperature: 1, kdWeight: 2 }, 'all'],
  ];
  it.each(cases)('%s: loss and gradients are those of a naive implementation', (_, c, labels) => {
    const student = loadModel('tiny-llama', ops);
    const teacher = perturb(loadModel('tiny-llama', ops));
    const rows = someRows(student.arch.vocab_size, 9, labels);
    const batches = [padRows(rows.slice(0, 5), 0), padRows(rows.slice(5), 0)];
    const outputs = prepareTeacher(teacher, { ...settings(rows, folder()), distill: c });
    const names = student.specs.map(({ name }) => name);
    const ours = stepGradients(student, batches, distillationLoss({ ...c, teacher: outputs }), names);
    const theirs = naive(student, teacher, batches, c);
    expect(Math.abs(ours.loss - theirs.loss) / theirs.loss).toBeLessThan(1e-5);
    const global = norm([...theirs.gradients.values()].map(norm));
    for (const [name, gradient] of theirs.gradients) {
      const off =
        distance(ours.gradients.get(name) ?? [], gradient) / Math.max(norm(gradient), 1e-3 * global);
      expect(off, name).toBeLessThan(1e-5);
    }
    // The parts are what the total says they are.
    expect(ours.kdLoss).toBeGreaterThan(1e-3);
    expect(ours.loss).toBeCloseTo(ours.ceLoss + c.kdWeight * c.temperature ** 2 * ours.kdLoss, 6);
    outputs.dispose();
    [student, teacher].forEach((model) => model.dispose());
  });

  it('a model held to itself feels nothing: KL(teacher, teacher) = 0', () => {
    const model = loadModel('tiny-llama', ops);
    const rows = someRows(model.arch.vocab_size, 6);
    const distill = { positions: 'all', temperature: 0.5 } as const;
    const teacher = prepareTeacher(model, { ...settings(rows, folder()), distill });
    const loss = distillationLoss({ ...distill, kdWeight: 1, teacher });
    const names = model.specs.map(({ name }) => name);
    const held = stepGradients(model, [padRows(rows, 0)], loss, names);
    const plain = stepGradients(model, [padRows(rows, 0)], crossEntropyLoss, names);
    expect(Math.abs(held.kdLoss)).toBeLessThan(1e-6);
    expect(teacher.header.self_test_kl).toBeLessThan(1e-6);
    for (const [name, gradient] of plain.gradients)
      expect(distance(held.gradients.get(name) ?? [], gradient)).toBeLessThan(
        1e-5 * Math.max(1, norm(gradient)),
      );
    teacher.dispose();
    model.dispose();
  });

  it.each([
    [{ trainable_groups: ['attention'] }],
    [{ groups: ['ffn', 'embeddings'] }],
    [{ trainable_groups: ['layers 1'] }],
    [{ trainable_groups: ['model\\.norm'] }],
    [{ trainable_groups: ['embeddings'] }],
  ])('with %j, what moves gets the gradient it would get anyway', (freeze) => {
    const model = loadModel('tiny-llama', ops);
    const rows = someRows(model.arch.vocab_size, 6);
    const all = model.specs.map(({ name }) => name);
    const chosen = chooseTrainable(all, freeze);
    if ('problem' in chosen) throw new Error(chosen.problem);
    const { trainable } = chosen;
    const whole = stepGradients(model, [padRows(rows, 0)], crossEntropyLoss, all);
    const part = stepGradients(model, [padRows(rows, 0)], crossEntropyLoss, trainable);
    expect([...part.gradients.keys()]).toEqual(trainable);
    for (const name of trainable) expect(part.gradients.get(name), name).toEqual(whole.gradients.get(name));
    model.dispose();
  });
});

describe('the label wins', () => {
  // One position, two tokens: the teacher is sure of token 0, the label is token 1. With z free, gradient descent settles where
  // (p - onehot(label)) + kd_weight * T * (q_T - teacher) = 0.
  it.each([
    [1, 0.5, 0.63, true],
    [1, 1, 0.5, false],
    [1, 2, 0.26, false],
    [0.25, 2, 0.7, true],
  ])('kd_weight %d, T %d: probability %d', (kdWeight, temperature, expected, wins) => {
    const teacher = tf.tensor2d([[0, -40]]);
    const labels = tf.tensor1d([1], 'int32');
    let z = tf.tensor2d([[0, 0]]);
    const gradient = tf.grad((x: Tensor) =>
      tf.add(
        nativeOps.crossEntropySum(x as Tensor2D, labels),
        tf.mul(nativeOps.divergenceSum(x as Tensor2D, teacher, temperature), kdWeight * temperature ** 2),
      ),
    );
    for (let step = 0; step < 3_000; step++) z = tf.tidy(() => tf.sub<Tensor2D>(z, tf.mul(gradient(z), 0.3)));
    const probability = tf.softmax(z).dataSync()[1] ?? NaN;
    expect(probability).toBeCloseTo(expected, 2);
    const pull = labelPull({ kd_weight: kdWeight, temperature }, 1, 1);
    expect(pull < 1).toBe(wins);
    expect(probability > 0.5 + 1e-3).toBe(wins);
  });
});

describe('positions', () => {
  const batch = padRows(someRows(50, 2), 0);
  it('are shifted like the labels: the position before the first answer token counts', () => {
    const [first] = batch.source;
    expect([...distilledPositions(batch, 'completion')].slice(0, 3)).toEqual([2, 3, batch.time + 3]);
    expect(first).toMatchObject({ promptLength: 3, input_ids: { length: 5 } });
    expect([...distilledPositions(batch, 'all')]).toEqual([
      0,
      1,
      2,
      3,
      ...[0, 1, 2, 3, 4].map((t) => batch.time + t),
    ]);
  });
});

describe('a teacher on disk', () => {
  const distill = { positions: 'all', temperature: 0.5 } as const;
  const rows = someRows(300, 40);
  const prepared = (where: string, model: LanguageModel, over = {}): Teacher =>
    prepareTeacher(model, { ...settings(rows, where), distill: { ...distill, ...over } });

  it('is read again bit for bit', () => {
    const model = loadModel('tiny-llama', nativeOps);
    const where = folder();
    const [first, second] = [prepared(where, model), prepared(where, model)];
    const batch = padRows(rows.slice(3, 9), 0);
    expect(second.logProbabilities(batch).dataSync()).toEqual(first.logProbabilities(batch).dataSync());
    expect(second.header).toEqual(first.header);
    [first, second].forEach((teacher) => teacher.dispose());
    model.dispose();
  });

  it('keeps hidden states where log-probabilities would be too large, and says the same from them', () => {
    expect(cacheKindFor(16_000, 2_048, 128)).toBe('log_probabilities');
    expect(cacheKindFor(16_000, 151_936, 896)).toBe('hidden_states');
    const model = loadModel('tiny-llama', nativeOps);
    const small = prepared(folder(), model);
    const large = prepareTeacher(model, { ...settings(rows, folder()), distill, mostBytes: 1 });
    expect(large.header.kind).toBe('hidden_states');
    const batch = padRows(rows.slice(0, 8), 0);
    const names = model.specs.map(({ name }) => name);
    const gradientsOf = (teacher: Teacher) =>
      stepGradients(model, [batch], distillationLoss({ ...distill, kdWeight: 1, teacher }), names);
    // Moved on from the teacher, so that there is something to compare; its head must not have moved with the student.
    perturb(model);
    const [one, other] = [gradientsOf(small), gradientsOf(large)];
    expect(other.kdLoss).toBeCloseTo(one.kdLoss, 5);
    for (const [name, gradient] of one.gradients)
      expect(distance(other.gradients.get(name) ?? [], gradient), name).toBeLessThan(
        1e-4 * norm(gradient) + 1e-7,
      );
    [small, large].forEach((teacher) => teacher.dispose());
    model.dispose();
  });

  it.each([
    ['cut short', (where: string) => truncateSync(join(where, 'outputs.f32'), 1_000), /has 1000 bytes/],
    [
      'of another step',
      (where: string) => {
        const bytes = readFileSync(join(where, 'outputs.f32'));
        const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
        values.forEach((value, index) => (values[index] = value * 0.98));
        writeFileSync(join(where, 'outputs.f32'), bytes);
      },
      /KL\(teacher, teacher\) is .* instead of 0/,
    ],
    [
      'without a readable header',
      (where: string) => writeFileSync(join(where, 'outputs.json'), '{'),
      /not readable/,
    ],
  ])('%s is refused in one sentence', (_, spoil, reason) => {
    const model = loadModel('tiny-llama', nativeOps);
    const where = folder();
    prepared(where, model).dispose();
    spoil(where);
    expect(() => prepared(where, model)).toThrow(reason);
    expect(() => prepared(where, model)).toThrow(/: delete .*outputs\.json, then resume the run/);
    model.dispose();
  });

  it('of another model or temperature is refused', () => {
    const model = loadModel('tiny-llama', nativeOps);
    const where = folder();
    prepared(where, model).dispose();
    expect(() => prepared(where, model, { temperature: 1 })).toThrow(/another teacher or temperature/);
    expect(() => prepared(where, perturb(model))).toThrow(/another teacher or temperature/);
    model.dispose();
  });

  it('leaves no tensor behind', () => {
    const model = loadModel('tiny-llama', nativeOps);
    const before = tf.memory().numTensors;
    const teacher = prepareTeacher(model, { ...settings(rows, folder()), distill, mostBytes: 1 });
    const loss = distillationLoss({ ...distill, kdWeight: 1, teacher });
    stepGradients(model, [padRows(rows, 0)], loss, ['model.norm.weight']);
    teacher.dispose();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
