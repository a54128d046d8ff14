import { readFileSync } from 'node:fs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import './webAssembly.ts';
import { registerKernel, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';

/**
 * Holdfast's own kernels (kernels/, AssemblyScript) on the memory of tfjs-backend-wasm: no copy in or out. They are registered
 * as kernels of that backend, so that TensorFlow.js owns their outputs like any other tensor's.
 */

/** A compiled kernel: pointers and sizes in, nothing or a number out. */
type Native = (...args: number[]) => number;

/** What a kernel definition works with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, number>>;
  /** A new tensor; zeroed if asked for. */
  readonly output: (shape: readonly number[], zeroed?: 'zeroed') => TensorInfo;
  /** Byte address of a tensor. */
  readonly at: (tensor: TensorInfo | undefined) => number;
  /** Writes one float into a tensor. */
  readonly set: (tensor: TensorInfo, value: number) => void;
  readonly native: Readonly<Record<string, Native>>;
}

/** One kernel: allocates its outputs, calls the compiled function. `scratch` tensors are given back afterwards. */
export type KernelDefinition = (call: KernelCall) => { outputs: TensorInfo[]; scratch?: TensorInfo[] };

/** Instantiates the compiled kernels on `memory` and registers the definitions under their names. */
export function registerKernels(
  wasmFile: string,
  memory: WebAssembly.Memory,
  definitions: Readonly<Record<string, KernelDefinition>>,
): void {
  const module = new WebAssembly.Module(readFileSync(wasmFile));
  const instance = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
  const native = instance.exports as Record<string, Native>;
  for (const [kernelName, define] of Object.entries(definitions)) {
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, backend, attrs }) =>
        runKernel(define, native, wasmOf(backend), inputs as Record<string, TensorInfo>, attrs),
    });
  }
}

/** TensorFlow.js hands kernels their backend as an untyped object; these are registered for the wasm one only. */
export function wasmOf(backend: unknown): BackendWasm {
  return backend as BackendWasm;
}

function runKernel(
  define: KernelDefinition,
  native: Readonly<Record<string, Native>>,
  backend: BackendWasm,
  inputs: Record<string, TensorInfo>,
  attrs: NamedAttrMap | undefined,
): TensorInfo[] {
  const { outputs, scratch = [] } = define({
    inputs,
    attrs: (attrs ?? {}) as Record<string, number>,
    native,
    output: (shape, zeroed) => {
      const info = backend.makeOutput([...shape], 'float32');
      if (zeroed !== undefined) backend.typedArrayFromHeap(info).fill(0);
      return info;
    },
    at: (tensor) => (tensor === undefined ? 0 : backend.getMemoryOffset(tensor.dataId)),
    set: (tensor, value) => backend.typedArrayFromHeap(tensor).fill(value),
  });
  for (const tensor of scratch) backend.disposeData(tensor.dataId);
  return outputs;
}

/**
 * Runs `start` and returns the memory of the WebAssembly module that `heapOf` names afterwards: emscripten keeps its memory to
 * itself. Others may be instantiated meanwhile (Node's own fetch does), so the memory is told by its buffer.
 */
export async function captureMemory(
  start: () => Promise<unknown>,
  heapOf: () => ArrayBufferLike,
): Promise<WebAssembly.Memory> {
  const original = WebAssembly.instantiate;
  const found: WebAssembly.Memory[] = [];
  WebAssembly.instantiate = async (source, imports) => {
    const result = await original(source, imports);
    // Compiled from bytes it is a pair, from a module the instance itself.
    const { exports } = 'instance' in result ? result.instance : result;
    for (const value of [...Object.values(exports), ...Object.values(imports?.env ?? {})]) {
      if (value instanceof WebAssembly.Memory) found.push(value);
    }
    return result;
  };
  try {
    await start();
  } finally {
    WebAssembly.instantiate = original;
  }
  const memory = found.find(({ buffer }) => buffer === heapOf());
  if (memory === undefined) throw new Error('tfjs-backend-wasm showed no memory');
  return memory;
}

/** The heap of tfjs-backend-wasm, as its emscripten module shows it now. */
export function heapOf(backend: BackendWasm): ArrayBufferLike {
  return (backend as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.buffer;
}
