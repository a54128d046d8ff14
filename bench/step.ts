import * as tf from '@tensorflow/tfjs-core';
import { composedOps } from '../src/engines/tfjs/model/composedOps.ts';
import { readArchitecture } from '../src/engines/tfjs/model/architecture.ts';
import { nativeOps } from '../src/engines/tfjs/model/nativeOps.ts';
import { initialParameters } from '../src/engines/tfjs/files/modelFolder.ts';
import type { MicroBatch } from '../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../src/engines/tfjs/training/gradients.ts';
import { createLanguageModel, type LanguageModel } from '../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss } from '../src/engines/tfjs/training/losses.ts';
import { clipScale, globalNorm, type Moments } from '../src/engines/tfjs/training/optimizer.ts';
import { applyGradients } from '../src/engines/tfjs/training/train.ts';
import { createRandom } from '../src/base/random.ts';
import { milliseconds, spread, type Figure } from './figure.ts';

const ROUNDS = 8;
/** Matrix products of one step of the benchmark model, forward and backward. */
const STEP_GFLOP = 23.45;
const PRODUCT_GFLOP = (2 * 512 ** 3) / 1e9;
const REPEATS = 8;
const SETTINGS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Qwen2-style decoder of 3,691,776 parameters, sequence 64, batch 16: one whole optimizer step, against a plain product. */
export function benchStep(): Figure[] {
  const baseline = createBench(composedOps);
  const native = createBench(nativeOps);
  const product = createProduct();
  // One round each first: compiling, and memory that grows once.
  for (const warm of [product, baseline.step, native.step]) warm();
  const rows = Array.from({ length: ROUNDS }, () => {
    const productRate = (REPEATS * PRODUCT_GFLOP * 1_000) / milliseconds(product);
    const baselineMs = milliseconds(baseline.step);
    const nativeMs = milliseconds(native.step);
    return { productRate, baselineMs, nativeMs, matmulMs: native.matmulMs() };
  });
  const share = (ms: number, rate: number): number => (100 * STEP_GFLOP * 1_000) / ms / rate;
  return [
    spread(
      '512 x 512 x 512 product',
      rows.map((row) => row.productRate),
      'GFLOP/s',
      1,
    ),
    spread(
      'two repairs only (baseline)',
      rows.map((row) => row.baselineMs),
      'ms',
      0,
    ),
    spread(
      'our kernels',
      rows.map((row) => row.nativeMs),
      'ms',
      0,
    ),
    spread(
      'our kernels, time of baseline over ours',
      rows.map((row) => row.baselineMs / row.nativeMs),
      'x',
      2,
    ),
    spread(
      'baseline, rate over the product’s',
      rows.map((row) => share(row.baselineMs, row.productRate)),
      '%',
      1,
    ),
    spread(
      'our kernels, rate over the product’s',
      rows.map((row) => share(row.nativeMs, row.productRate)),
      '%',
      1,
      '>= 45 %',
    ),
    spread(
      'our kernels, share of the step in matrix products',
      rows.map((row) => (100 * row.matmulMs) / row.nativeMs),
      '%',
      1,
    ),
  ];
}

function createProduct(): () => void {
  const a = tf.randomNormal<tf.Rank.R2>([512, 512]);
  const b = tf.randomNormal<tf.Rank.R2>([512, 512]);
  return () => {
    for (let i = 0; i < REPEATS; i++) tf.dispose(tf.matMul(a, b));
  };
}

function createBench(ops: typeof nativeOps): { step: () => void; matmulMs: () => number } {
  const model = benchmarkModel(ops);
  const names = model.specs.map((spec) => spec.name);
  const moments = new Map<string, Moments>();
  const batch = benchmarkBatch();
  let count = 0;
  const step = (): void => {
    count++;
    const { gradients } = stepGradients(model, [batch], crossEntropyLoss, names);
    const scale = clipScale(globalNorm(gradients.values()), 1);
    applyGradients(model, gradients, moments, SETTINGS, { step: count, learningRate: 1e-3, scale });
  };
  return {
    step,
    matmulMs: () => timeOfMatmuls(() => void stepGradients(model, [batch], crossEntropyLoss, names)),
  };
}

function benchmarkModel(ops: typeof nativeOps): LanguageModel {
  const config = {
    architectures: ['Qwen2ForCausalLM'],
    vocab_size: 2_048,
    hidden_size: 256,
    intermediate_size: 688,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    tie_word_embeddings: true,
  };
  const arch = readArchitecture(config, 'benchmark');
  return createLanguageModel(arch, ops, initialParameters(arch, 1));
}

function benchmarkBatch(): MicroBatch {
  const random = createRandom(1, 'tokens');
  const ids = Int32Array.from({ length: 16 * 64 }, () => random.below(2_048));
  return { ids, labels: ids, rows: 16, time: 64, source: [], tokens: ids.length, ceTokens: 16 * 63 };
}

/** Milliseconds that one run of `action` spends inside the matrix product kernel. */
function timeOfMatmuls(action: () => void): number {
  const kernel = tf.getKernel('BatchMatMul', 'wasm');
  let total = 0;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (call) => {
      const began = performance.now();
      const result = kernel.kernelFunc(call);
      total += performance.now() - began;
      return result;
    },
  });
  action();
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel(kernel);
  return total;
}
