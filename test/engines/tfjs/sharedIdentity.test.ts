import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { wasmOf } from '../../../src/engines/tfjs/backend/kernels.ts';
import { registerSharedIdentity } from '../../../src/engines/tfjs/backend/sharedIdentity.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import { crossEntropyLoss } from '../../../src/engines/tfjs/training/losses.ts';
import { bothOps, goldenBatch, loadModel, readGolden, startBackend } from './models.ts';

beforeAll(startBackend);
afterEach(registerSharedIdentity);

const addressOf = (tensor: tf.Tensor): number => wasmOf(tf.backend()).getMemoryOffset(tensor.dataId);

/** What tfjs-backend-wasm does by itself: a clone is a copy. */
function registerCopyingIdentity(): void {
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const wasm = wasmOf(backend);
      const x = inputs.x as tf.TensorInfo;
      const copy = wasm.makeOutput(x.shape, x.dtype);
      wasm.typedArrayFromHeap(copy).set(wasm.typedArrayFromHeap(x));
      return copy;
    },
  });
}

it.each(['float32', 'int32', 'bool'] as const)('a clone of %s shares the memory of its tensor', (dtype) => {
  const tensor = tf.tensor([1, 0, 1], [3, 1], dtype);
  const clone = tensor.clone();
  expect(addressOf(clone)).toBe(addressOf(tensor));
  expect([clone.shape, clone.dtype]).toEqual([[3, 1], dtype]);
  tf.dispose([tensor, clone]);
});

it('memory is given back with the last of those that share it, and once', () => {
  const before = tf.memory();
  const tensor = tf.tensor1d([1, 2, 3]);
  const address = addressOf(tensor);
  const clones = [tensor.clone(), tf.tidy(() => tf.reshape(tensor, [3, 1]).clone())];
  tensor.dispose();
  const other = tf.fill([3], 7);
  for (const clone of clones) expect([...clone.dataSync()]).toEqual([1, 2, 3]);
  expect(addressOf(other)).not.toBe(address);
  tf.dispose([...clones, other]);
  tensor.dispose();
  expect(tf.memory()).toEqual(before);
});

it('a parameter that is replaced leaves its clone as it was', () => {
  const model = loadModel('tiny-llama', bothOps[1]!);
  const name = 'model.embed_tokens.weight';
  const clone = model.parameters.get(name)!.clone();
  const before = model.read(name);
  model.write(
    name,
    before.map((value) => value + 1),
  );
  expect(clone.dataSync()).toEqual(before);
  expect(model.read(name)[0]).toBeCloseTo((before[0] ?? NaN) + 1, 5);
  clone.dispose();
  model.dispose();
});

describe.each(bothOps.map((ops) => [ops.name, ops] as const))(
  'gradients with %s operations',
  (_name, ops) => {
    it.each(['tiny-llama', 'tiny-qwen2'])('of %s are the same to the last bit as with copies', (fixture) => {
      const model = loadModel(fixture, ops);
      const batch = goldenBatch(readGolden(fixture).golden);
      const names = model.specs.map(({ name }) => name);
      const compute = (): ReturnType<typeof stepGradients> =>
        stepGradients(model, [batch, batch], crossEntropyLoss, names);
      const shared = compute();
      registerCopyingIdentity();
      const copied = compute();
      expect(shared.gradients.size).toBe(names.length);
      expect(shared).toEqual(copied);
      model.dispose();
    });
  },
);
