import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Failure } from '../failure.ts';

/** WebAssembly's 32-bit heap ends here. */
const HEAP_BYTES = 4 * 1024 ** 3;
/** Kept free for what the kernels themselves allocate (packed weights), which no guard sees. */
const RESERVE_BYTES = 384 * 1024 ** 2;
/** No tensor may end beyond this address. */
export const GUARD_BYTES = HEAP_BYTES - RESERVE_BYTES;

/** The two calls of the emscripten module that the guard stands in front of. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Refuses allocations that would end above GUARD_BYTES. Without it tfjs-backend-wasm takes malloc's 0 for an address and
 * silently writes the new tensor over the oldest ones (seen at 4,032 MB).
 */
export function guardMemory(backend: BackendWasm, limit = GUARD_BYTES): void {
  const allocator = (backend as unknown as { wasm: Allocator }).wasm;
  // Emscripten's exports replace themselves at their first call, and would take the guard away with them.
  allocator._free(allocator._malloc(16));
  const malloc = allocator._malloc.bind(allocator);
  const free = allocator._free.bind(allocator);
  allocator._malloc = (bytes) => {
    const address = malloc(bytes) >>> 0;
    if (address !== 0 && address + bytes <= limit) return address;
    if (address !== 0) free(address);
    throw new Failure(
      'memory.wasm',
      `The tfjs engine's 4 GiB of WebAssembly memory are full (a tensor of ${megabytes(bytes)} MB did not fit under ${megabytes(limit)} MB): lower per_device_train_batch_size or max_length, or use engine: torch.`,
    );
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
