import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { startWasmBackend } from '../../../src/engines/tfjs/backend/wasm.ts';
import { loadArchitecture, loadParameters } from '../../../src/engines/tfjs/files/modelFolder.ts';
import { transpose } from '../../../src/engines/tfjs/files/transpose.ts';
import { openSafetensors } from '../../../src/engines/tfjs/files/safetensors.ts';
import { composedOps } from '../../../src/engines/tfjs/model/composedOps.ts';
import { nativeOps } from '../../../src/engines/tfjs/model/nativeOps.ts';
import { forward, isTransposed, project } from '../../../src/engines/tfjs/model/model.ts';
import type { Ops } from '../../../src/engines/tfjs/model/ops.ts';
import { createLanguageModel, type LanguageModel } from '../../../src/engines/tfjs/training/languageModel.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import { crossEntropyLoss } from '../../../src/engines/tfjs/training/losses.ts';
import type { MicroBatch } from '../../../src/engines/tfjs/training/batches.ts';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));
export const fixtures = join(repository, 'test/fixtures');
export const bothOps: readonly Ops[] = [composedOps, nativeOps];

let started: Promise<unknown> | undefined;

/** The real backend with its kernels, once per test file. */
export async function startBackend(): Promise<void> {
  started ??= startWasmBackend(join(repository, 'dist/engines/tfjs/'));
  await started;
}

export function modelFolder(name: string): string {
  return join(fixtures, 'models', name);
}

export function loadModel(name: string, ops: Ops): LanguageModel {
  const folder = modelFolder(name);
  const arch = loadArchitecture(folder);
  return createLanguageModel(arch, ops, loadParameters(folder, arch));
}

/** What PyTorch computed in float64 (scripts/golden). */
export interface Golden {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly labels: number[][];
  readonly loss: number;
  readonly num_ce_tokens: number;
  readonly generations: { prompt_ids: number[]; token_ids: number[] }[];
  readonly tokenizations?: { text: string; ids: number[] }[];
}

export function readGolden(name: string): {
  golden: Golden;
  tensor: (key: string) => Float32Array;
  has: (key: string) => boolean;
} {
  const folder = modelFolder(name);
  const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden;
  const file = openSafetensors(join(folder, 'golden.safetensors'));
  return { golden, tensor: (key) => file.read(key), has: (key) => file.tensors.has(key) };
}

export function goldenBatch(golden: Golden): MicroBatch {
  return {
    ids: Int32Array.from(golden.input_ids.flat()),
    labels: Int32Array.from(golden.labels.flat()),
    rows: golden.input_ids.length,
    time: golden.input_ids[0]?.length ?? 0,
    source: golden.input_ids.map((ids, row) => {
      const length = (golden.attention_mask[row] ?? []).reduce((sum, one) => sum + one, 0);
      const labels = (golden.labels[row] ?? []).slice(0, length);
      return { id: String(row), input_ids: ids.slice(0, length), labels, promptLength: 0, truncated: 0 };
    }),
    tokens: golden.attention_mask.flat().reduce((sum, one) => sum + one, 0),
    ceTokens: golden.num_ce_tokens,
  };
}

export function norm(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** Norm of the difference, of arrays of one length. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`);
  return norm(Array.from(a, (value, index) => value - (b[index] ?? NaN)));
}

/** Fails when `action` leaves tensors behind or takes some away. */
export function tensorsLeft(action: () => void): number {
  const before = tf.memory().numTensors;
  action();
  return tf.memory().numTensors - before;
}

/** How far a model is from PyTorch's float64: relative L2 per tensor, gradients with a floor of 1e-6 of the global norm (DESIGN 8). */
export interface ParityErrors {
  readonly logits: number;
  readonly loss: number;
  /** By parameter name; empty where the golden file has no gradients. */
  readonly gradients: ReadonlyMap<string, number>;
}

/** Errors of `name` under `ops`. */
export function parityErrors(name: string, ops: Ops): ParityErrors {
  const { golden, tensor, has } = readGolden(name);
  const model = loadModel(name, ops);
  const batch = goldenBatch(golden);
  // Padding is not compared: what a model computes there is never read.
  const isReal = golden.attention_mask.flat();
  const logits = tf
    .tidy(() =>
      project(
        model.parameters,
        model.arch,
        ops,
        forward(model.parameters, model.arch, ops, batch).hidden,
      ).dataSync<'float32'>(),
    )
    .map((value, index) => (isReal[Math.floor(index / model.arch.vocab_size)] === 1 ? value : 0));
  const specs = model.specs.filter((spec) => has(`grad.${spec.name}`));
  const { gradients, ceLoss } = stepGradients(
    model,
    [batch],
    crossEntropyLoss,
    model.specs.map((spec) => spec.name),
  );
  const global = norm(specs.map((spec) => norm(tensor(`grad.${spec.name}`))));
  const errors = specs.map((spec) => {
    const theirs = tensor(`grad.${spec.name}`);
    const ours = gradients.get(spec.name) ?? new Float32Array();
    const [out = 0, input = 0] = spec.shape;
    const inFileLayout = isTransposed(spec) ? transpose(ours, input, out) : ours;
    return [spec.name, distance(inFileLayout, theirs) / Math.max(norm(theirs), 1e-6 * global)] as const;
  });
  model.dispose();
  const theirLogits = tensor('logits');
  return {
    logits: distance(logits, theirLogits) / norm(theirLogits),
    loss: Math.abs(ceLoss - golden.loss) / golden.loss,
    gradients: new Map(errors),
  };
}
