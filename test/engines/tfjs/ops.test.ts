import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { composedOps, MASKED } from '../../../src/engines/tfjs/model/composedOps.ts';
import { nativeOps } from '../../../src/engines/tfjs/model/nativeOps.ts';
import type { Ops } from '../../../src/engines/tfjs/model/ops.ts';
import { distance, norm, startBackend } from './models.ts';

beforeAll(startBackend);

const random = (shape: number[], seed: number): Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const ids = (values: number[]): Tensor1D => tf.tensor1d(values, 'int32');

interface Case {
  readonly name: string;
  readonly inputs: () => Tensor[];
  readonly apply: (ops: Ops, inputs: Tensor[]) => Tensor;
}

/** Odd sizes on purpose: the kernels work in fours and finish the rest one by one. */
const cases: readonly Case[] = [
  {
    name: 'embed',
    inputs: () => [random([7, 5], 1)],
    apply: (ops, [table]) => ops.embed(table as Tensor2D, ids([6, 0, 0, 3])),
  },
  {
    name: 'linear',
    inputs: () => [random([5, 3], 1), random([3, 7], 2), random([7], 3)],
    apply: (ops, [x, w, b]) => ops.linear(x as Tensor2D, w as Tensor2D, b as Tensor1D),
  },
  {
    name: 'linearTransposed',
    inputs: () => [random([6, 3], 1), random([9, 3], 2)],
    apply: (ops, [x, w]) => ops.linearTransposed(x as Tensor2D, w as Tensor2D),
  },
  ...[3, 8, 13].map((width): Case => ({
    name: `rmsNorm of width ${width}`,
    inputs: () => [random([4, width], 1), random([width], 2)],
    apply: (ops, [x, w]) => ops.rmsNorm(x as Tensor2D, w as Tensor1D, 1e-5),
  })),
  ...[1, 6, 9].map((width): Case => ({
    name: `swiglu of width ${width}`,
    inputs: () => [tf.mul(random([3, width], 1), 4), random([3, width], 2)],
    apply: (ops, [gate, up]) => ops.swiglu(gate as Tensor2D, up as Tensor2D),
  })),
  ...[1, 2].map((rows): Case => ({
    name: `rope with ${rows} table rows`,
    inputs: () => [random([2, 3, 2, 6], 1)],
    apply: (ops, [x]) =>
      ops.rope(x as Tensor4D, {
        cos: random([rows, 3, 1, 3], 5) as Tensor4D,
        sin: random([rows, 3, 1, 3], 6) as Tensor4D,
      }),
  })),
  ...(
    [
      [4, 4, 4, 4, 8],
      [5, 5, 4, 2, 6],
      [1, 6, 4, 1, 5],
      [3, 7, 2, 2, 4],
    ] as const
  ).map(([queries, keys, heads, kvHeads, dim]): Case => ({
    name: `attention of ${queries} queries, ${keys} keys, ${heads}/${kvHeads} heads of ${dim}`,
    inputs: () => [
      random([2, queries, heads, dim], 1),
      random([2, keys, kvHeads, dim], 2),
      random([2, keys, kvHeads, dim], 3),
    ],
    apply: (ops, [q, k, v]) => ops.attention(q as Tensor4D, k as Tensor4D, v as Tensor4D, 'causal'),
  })),
  {
    name: 'attention with a padding mask',
    inputs: () => [random([2, 1, 2, 4], 1), random([2, 5, 2, 4], 2), random([2, 5, 2, 4], 3)],
    apply: (ops, [q, k, v]) =>
      ops.attention(
        q as Tensor4D,
        k as Tensor4D,
        v as Tensor4D,
        tf.tensor4d([0, 0, MASKED, MASKED, 0, 0, 0, 0, MASKED, 0], [2, 1, 1, 5]),
      ),
  },
  ...[5, 16].map((vocab): Case => ({
    name: `crossEntropySum over ${vocab} tokens`,
    inputs: () => [tf.mul(random([3, vocab], 1), 20)],
    apply: (ops, [logits]) => ops.crossEntropySum(logits as Tensor2D, ids([0, vocab - 1, 2])),
  })),
];

describe('our kernels give what the composed ops give, value and gradient', () => {
  it.each(cases)('$name', ({ inputs, apply }) => {
    const run = (ops: Ops): { value: Float32Array; gradients: Float32Array[] } =>
      tf.tidy(() => {
        const given = inputs();
        const value = apply(ops, given);
        const weights = random(value.shape, 99);
        const gradients = tf.grads((...tensors: Tensor[]) => tf.sum(tf.mul(apply(ops, tensors), weights)))(
          given,
        );
        return {
          value: value.dataSync<'float32'>(),
          gradients: gradients.map((gradient) => gradient.dataSync<'float32'>()),
        };
      });
    const expected = run(composedOps);
    const actual = run(nativeOps);
    expect(distance(actual.value, expected.value)).toBeLessThan(1e-5 * Math.max(1, norm(expected.value)));
    for (const [index, gradient] of expected.gradients.entries()) {
      expect(distance(actual.gradients[index] ?? [], gradient), `gradient ${index}`).toBeLessThan(
        2e-5 * Math.max(1, norm(gradient)),
      );
    }
  });
});
