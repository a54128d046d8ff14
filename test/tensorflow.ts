// TensorFlow.js as one module for unit tests, bundled like the engine: Node cannot load its ES modules as they are, and its
// CommonJS build has no gradients.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
export * from '@tensorflow/tfjs-core';
export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
