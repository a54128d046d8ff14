import type { ModelShape } from './estimate/shape.ts';
import type { ModelFacts } from './facts.ts';
import { modelParameters } from './modelParameters.ts';

/** Numbers in each parameter, under the names that the engines give them; undefined where neither weights nor config.json tell. */
export function parameterSizes(
  model: ModelFacts | undefined,
  shape: ModelShape | undefined,
  isFresh: boolean,
): ReadonlyMap<string, number> | undefined {
  const stored = isFresh || model === undefined ? undefined : modelParameters(model);
  if (stored !== undefined)
    return new Map(
      stored.map((tensor) => [tensor.name, tensor.shape.reduce((product, size) => product * size, 1)]),
    );
  return shape && new Map(shape.parameters.map(({ name, size }) => [name, size]));
}

/** Numbers in those of `names` that there are. */
export function sizeOf(names: Iterable<string>, sizes: ReadonlyMap<string, number>): number {
  return [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
}
