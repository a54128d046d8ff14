import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { guardMemory } from '../../../src/engines/tfjs/backend/memoryGuard.ts';
import { wasmOf } from '../../../src/engines/tfjs/backend/kernels.ts';
import { startBackend } from './models.ts';

beforeAll(startBackend);

it('fills the real heap up to the guard without touching what is there', () => {
  const size = 64 * 1024 ** 2;
  const tensors = [tf.fill([size / 4], 3)];
  expect(() => {
    while (tensors.length < 70) tensors.push(tf.fill([size / 4], 5));
  }).toThrow(/4 GiB of WebAssembly memory are full/);
  const gigabytes = (tensors.length * size) / 1024 ** 3;
  expect(gigabytes).toBeGreaterThan(3.2);
  expect(gigabytes).toBeLessThan(3.75);
  // Unguarded, the 64th tensor of this size overwrites the first.
  expect(tf.min(tensors[0]!).dataSync()[0]).toBe(3);
  expect(tf.max(tensors[0]!).dataSync()[0]).toBe(3);
  tf.dispose(tensors);
});

it('refuses a tensor that would end above the limit, and goes on working', () => {
  const backend = wasmOf(tf.backend());
  const kept = tf.ones([1_000]);
  guardMemory(backend, 100 * 1024 ** 2);
  expect(() => tf.zeros([64 * 1024 ** 2])).toThrow(
    /4 GiB of WebAssembly memory are full .*: lower per_device_train_batch_size or max_length/,
  );
  expect(tf.sum(kept).dataSync()[0]).toBe(1_000);
  kept.dispose();
});
