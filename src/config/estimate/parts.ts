/**
 * What memory is needed for. `process`: runtime, libraries and code, before there is a model. `other_phases`: what probing,
 * evaluating, caching a teacher or saving takes beyond a training step.
 */
export type PartName =
  | 'process'
  | 'weights'
  | 'gradients'
  | 'optimizer'
  | 'teacher'
  | 'cache'
  | 'activations'
  | 'logits'
  | 'other_phases';

export interface MemoryPart {
  readonly name: PartName;
  readonly bytes: number;
}

/** Most memory that a run needs at one time, by part. */
export interface MemoryParts {
  /** Those that there are; no bytes, no part. */
  readonly parts: readonly MemoryPart[];
  /** Of the TypeScript engine, what lies in WebAssembly's memory, which ends at 4 GiB whatever the machine has. */
  readonly wasm_bytes?: number;
}

/** Of float32, which every state is kept in. */
export const FLOAT = 4;

/** Rounded, and without those of nothing. */
export function partsOf(bytes: Readonly<Partial<Record<PartName, number>>>): MemoryPart[] {
  return Object.entries(bytes)
    .map(([name, value]) => ({ name: name as PartName, bytes: Math.round(value) }))
    .filter((part) => part.bytes > 0);
}

export function totalOf(parts: readonly MemoryPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
