// AssemblyScript, not TypeScript: compiled to WebAssembly by scripts/build.mjs, and run on the memory of tfjs-backend-wasm.
// Pointers are byte addresses of contiguous float32 or int32 tensors; nothing here allocates or keeps state.
export { attentionForward, attentionBackward } from './attention';
export { rmsNormForward, rmsNormBackward } from './rmsNorm';
export { swigluForward, swigluBackward } from './swiglu';
export { rope } from './rope';
export { crossEntropyForward, crossEntropyBackward } from './crossEntropy';
export { divergenceForward, divergenceBackward, logSoftmaxRows } from './divergence';
export { gatherRows, scatterAddRows, transpose2d } from './rows';
