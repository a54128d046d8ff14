import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ParameterValues } from '../files/modelFolder.ts';
import type { Architecture } from '../model/architecture.ts';
import { isTransposed, type Parameters } from '../model/model.ts';
import type { Ops } from '../model/ops.ts';
import { parameterSpecs, type ParameterSpec } from '../model/parameters.ts';

/** A model in memory: one tensor per parameter, replaced (never changed in place) by every optimizer step. */
export interface LanguageModel {
  readonly arch: Architecture;
  readonly ops: Ops;
  readonly specs: readonly ParameterSpec[];
  readonly parameters: Parameters;
  /** Current values, memory layout; a copy. */
  read(name: string): Float32Array;
  /** Replaces a parameter's values; `values` are copied. */
  write(name: string, values: Float32Array): void;
  dispose(): void;
}

/** Puts parameter values on the backend. Their arrays are not kept. */
export function createLanguageModel(arch: Architecture, ops: Ops, values: ParameterValues): LanguageModel {
  const specs = parameterSpecs(arch);
  const shapes = new Map(specs.map((spec) => [spec.name, memoryShape(spec)]));
  const parameters = new Map<string, Tensor>();
  const put = (name: string, data: Float32Array): void => {
    const before = parameters.get(name);
    // A new tensor each time: the wasm backend keeps packed copies of weights by tensor and must not find old ones.
    parameters.set(name, tf.keep(tf.tensor(data, shapes.get(name) ?? [], 'float32')));
    before?.dispose();
  };
  for (const { name } of specs) put(name, values.get(name) ?? new Float32Array());
  return {
    arch,
    ops,
    specs,
    parameters,
    read: (name) => {
      const tensor = parameters.get(name);
      if (tensor === undefined) throw new Error(`no parameter ${name}`);
      return tensor.dataSync<'float32'>();
    },
    write: put,
    dispose: () => {
      for (const tensor of parameters.values()) tensor.dispose();
      parameters.clear();
    },
  };
}

function memoryShape(spec: ParameterSpec): number[] {
  return isTransposed(spec) ? [...spec.shape].reverse() : [...spec.shape];
}
