import { grouped } from '../base/format.ts';
import { modelShape } from './estimate/shape.ts';
import type { ModelFacts } from './facts.ts';
import { isBlock } from './path.ts';
import { quote } from './wording.ts';

/** Packed weights have sizes of their own. */
function isQuantized({ config }: ModelFacts): boolean {
  return isBlock(config) && 'quantization_config' in config;
}

/**
 * How the weights of a model differ from what its config.json calls for, as what follows "the weights"; undefined where they do not, and
 * for architectures whose parameters are not known by name.
 */
export function weightsDifference(model: ModelFacts): string | undefined {
  if (isQuantized(model)) return undefined;
  const wanted = modelShape(model, true)?.parameters ?? [];
  const found = new Map(
    model.tensors.map(({ name, shape }) => [name, shape.reduce((product, size) => product * size, 1)]),
  );
  // Weights whose names all begin otherwise are those of a trunk alone, which transformers understands.
  if (!wanted.some(({ name }) => found.has(name))) return undefined;
  const missing = wanted.find(({ name }) => !found.has(name));
  if (missing !== undefined) return `have no tensor ${quote(missing.name)}, which config.json calls for`;
  const other = wanted.find(({ name, size }) => found.get(name) !== size);
  if (other === undefined) return undefined;
  return `hold ${quote(other.name)} with ${grouped(found.get(other.name))} numbers, where config.json makes it ${grouped(other.size)}`;
}
