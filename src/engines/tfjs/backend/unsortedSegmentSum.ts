import { registerKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { wasmOf } from './kernels.ts';

/**
 * The gradient of `gather` (the embedding) needs this kernel, and tfjs-backend-wasm 4.22.0 lacks it (tfjs#8082).
 * x [n, ...rest], segmentIds int32 [n] -> [numSegments, ...rest]: rows with the same id are added up; negative ids are dropped.
 */
export function registerUnsortedSegmentSum(): void {
  registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const wasm = wasmOf(backend);
      const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
      const numSegments = attrs?.numSegments as number;
      const result = wasm.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
      const [from, ids, to] = [x, segmentIds, result].map((info) => wasm.typedArrayFromHeap(info));
      if (from === undefined || ids === undefined || to === undefined) throw new Error('unreachable');
      addRows(
        from as Float32Array,
        ids as Int32Array,
        to as Float32Array,
        from.length / Math.max(1, ids.length),
      );
      return result;
    },
  });
}

function addRows(from: Float32Array, ids: Int32Array, to: Float32Array, width: number): void {
  to.fill(0);
  for (let row = 0; row < ids.length; row++) {
    const segment = ids[row] ?? -1;
    if (segment < 0) continue;
    const source = row * width;
    const target = segment * width;
    for (let i = 0; i < width; i++) to[target + i] = (to[target + i] ?? 0) + (from[source + i] ?? 0);
  }
}
