import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncodedRow } from '../../../src/data/encode.ts';
import { chooseTrainable } from '../../../src/data/parameterGroups.ts';
import { nativeOps } from '../../../src/engines/tfjs/model/nativeOps.ts';
import { labelPull } from '../../../src/engines/tfjs/run/distil.ts';
import { cacheKindFor, prepareTeacher, type Teacher } from '../../../src/engines/tfjs/run/teacher.ts';
import { padRows } from '../../../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import type { LanguageModel } from '../../../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss, distillationLoss } from '../../../src/engines/tfjs/training/losses.ts';
import { distilledPositions } from '../../../src/engines/tfjs/training/positions.ts';
import { bothOps, distance, loadModel, norm, startBackend } from './models.ts';
import { CASES, distillationParity, perturb, someRows } from './naiveDistillation.ts';

beforeAll(startBackend);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'holdfast-teacher-')));
  return folders.at(-1) as string;
}

const settings = (rows: readonly EncodedRow[], where: string) => ({
  folder: where,
  rows,
  batchSize: 4,
  padId: 0,
  onProgress: () => undefined,
});

describe.each(bothOps)('self-distillation with $name ops', (ops) => {
  it.each(CASES)('%s: loss and gradients are those of a naive implementation', (_, c) => {
    const { loss, gradients, step } = distillationParity(ops, c, folder());
    expect(loss).toBeLessThan(1e-5);
    for (const [name, error] of gradients) expect(error, name).toBeLessThan(1e-5);
    // The parts are what the total says they are.
    expect(step.kdLoss).toBeGreaterThan(1e-3);
    expect(step.loss).toBeCloseTo(step.ceLoss + c.kdWeight * c.temperature ** 2 * step.kdLoss, 6);
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

describe.each(bothOps)('by hand, with $name ops', (ops) => {
  // Teacher (1/2, 1/2), student (1/4, 3/4): KL = (1/2) ln (2 / 1) + (1/2) ln (2 / 3).
  it.each([
    [1, [0, Math.log(3)], 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)],
    // At T = 0.5 logits count twice: (1/10, 9/10) from the same ratio of 3.
    [0.5, [0, Math.log(3)], 0.5 * Math.log(5) + 0.5 * Math.log(5 / 9)],
    [2, [7, 7], 0],
  ])('T %d, logits %j', (temperature, logits, expected) => {
    const teacher = tf.log<Tensor2D>(tf.tensor2d([[0.5, 0.5]]));
    const z = tf.tensor2d([logits]);
    expect(ops.divergenceSum(z, teacher, temperature).dataSync()[0]).toBeCloseTo(expected, 6);
    const gradient = tf
      .grad((x: Tensor) => ops.divergenceSum(x as Tensor2D, teacher, temperature))(z)
      .dataSync();
    const student = [...ops.logSoftmax(z, temperature).dataSync()].map(Math.exp);
    // d KL / d z = (q - p) / T.
    for (const [index, q] of student.entries())
      expect(gradient[index]).toBeCloseTo((q - 0.5) / temperature, 6);
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
