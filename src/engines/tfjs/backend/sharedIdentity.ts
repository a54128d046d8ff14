import { registerKernel, unregisterKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { wasmOf } from './kernels.ts';

/**
 * Makes a clone share the memory of its tensor, counted by reference, as on TensorFlow.js's other backends; the wasm one copies.
 * What a gradient needs is kept as a clone, so every training step would hold its weights and activations twice.
 *
 * Safe because nothing writes into a tensor that it did not make: kernels write into outputs that are new (ours by `output`), an
 * optimizer step replaces a parameter's tensor, and what `dataSync` gives is a copy. Reshaped tensors share their memory already.
 * Call once per process, before the first clone.
 */
export function registerSharedIdentity(): void {
  unregisterKernel('Identity', 'wasm');
  registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs.x as TensorInfo;
      wasmOf(backend).incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
}
