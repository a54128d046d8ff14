/** A text of Node holds no more characters (V8, String::kMaxLength), and the TypeScript engine reads a data file into one. */
export const MOST_BYTES_FOR_TFJS = 0x1fffffe8;

/** What the TypeScript engine's tensors have: WebAssembly's 4 GiB, less what its guard keeps free for the kernels (backend/memoryGuard). */
export const MOST_WASM_BYTES = 4 * 1024 ** 3 - 384 * 1024 ** 2;
