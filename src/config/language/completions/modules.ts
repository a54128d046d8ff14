import { grouped } from '../../../base/format.ts';
import { layerOf } from '../../../data/groupPatterns.ts';
import type { About } from '../../about.ts';
import type { TensorFacts } from '../../facts.ts';
import { valueAt } from '../../path.ts';
import type { ParsedConfig } from '../../parse.ts';
import { isAllowedAt } from '../../schemaIssues.ts';
import { schemaAt } from '../../schemaAt.ts';
import type { Candidate } from './candidate.ts';

/** A list nobody would read is cut. */
const MOST_MODULES = 100;

/** Modules of this model's layers that can have an adapter, with its size at the rank of the config; none where it is not known. */
export function moduleCandidates(about: About, parsed: ParsedConfig): Candidate[] {
  const rank = rankOf(parsed);
  const modules = new Map<string, TensorFacts[]>();
  for (const tensor of about.model()?.tensors ?? []) {
    const name = moduleOf(tensor);
    if (name !== undefined) modules.set(name, [...(modules.get(name) ?? []), tensor]);
  }
  return [...modules].slice(0, MOST_MODULES).map(([name, tensors]) => {
    // Two matrices beside each one: rank x in and out x rank (Hu et al. 2021).
    const size = tensors.reduce((sum, { shape }) => sum + rank * ((shape[0] ?? 0) + (shape[1] ?? 0)), 0);
    const count = tensors.length === 1 ? '1 matrix' : `${tensors.length} matrices`;
    const detail = `${count}, ${grouped(size)} parameters at rank ${rank}`;
    return { value: name, kind: 'group', detail };
  });
}

/** As it is written, whatever else in the block is not finished. */
function rankOf({ value }: ParsedConfig): number {
  const path = ['lora', 'r'];
  const written = valueAt(value, path);
  return typeof written === 'number' && isAllowedAt(path, written)
    ? written
    : Number(schemaAt(path)?.default);
}

/** q_proj of model.layers.0.self_attn.q_proj.weight: matrices inside of layers only. */
function moduleOf({ name, shape }: TensorFacts): string | undefined {
  if (shape.length !== 2 || layerOf(name) === undefined || !name.endsWith('.weight')) return undefined;
  return name.split('.').at(-2);
}
