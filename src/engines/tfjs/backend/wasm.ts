import { setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';
import { KERNELS } from './kernelDefinitions.ts';
import { captureMemory, heapOf, registerKernels, wasmOf } from './kernels.ts';
import { guardMemory } from './memoryGuard.ts';
import { registerSharedIdentity } from './sharedIdentity.ts';
import { registerUnsortedSegmentSum } from './unsortedSegmentSum.ts';

/**
 * Starts the WebAssembly backend with what it lacks. Call once per process.
 * @param wasmFolder folder of the .wasm files (tfjs-backend-wasm's and kernels.wasm), with a separator at its end
 */
export async function startWasmBackend(wasmFolder: string): Promise<BackendWasm> {
  const listeners = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Map(listeners.map((event) => [event, process.listeners(event as 'uncaughtException')]));
  setWasmPaths(wasmFolder);
  registerUnsortedSegmentSum();
  registerSharedIdentity();
  tf.enableProdMode();
  const start = async (): Promise<void> => {
    await tf.setBackend('wasm');
    await tf.ready();
  };
  const memory = await captureMemory(start, () => heapOf(wasmOf(tf.backend())));
  registerKernels(`${wasmFolder}kernels.wasm`, memory, KERNELS);
  // The emscripten loader rethrows every exception of the process from handlers of its own; traces then point into it.
  for (const [event, kept] of before) {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!kept.includes(listener)) process.removeListener(event, listener);
    }
  }
  const backend = wasmOf(tf.backend());
  guardMemory(backend);
  return backend;
}
