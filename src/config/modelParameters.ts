import { isInGroup, lastLayer, layerOf } from '../data/groupPatterns.ts';
import { modelShape } from './estimate/shape.ts';
import { isBlock } from './path.ts';
import type { ModelFacts, TensorFacts } from './facts.ts';

/**
 * The parameters of a model under the names that the engines give them. A file of weights may hold more (buffers, a head that is tied to
 * the embeddings) and, where the trunk alone was saved, shorter names. undefined where the weights are not known.
 */
export function modelParameters(model: ModelFacts): readonly TensorFacts[] | undefined {
  if (model.tensors.length === 0) return undefined;
  const tied = hasTiedHead(model);
  const kept = model.tensors
    .filter((tensor) => !isBuffer(tensor) && !(tied && isInGroup('lm_head', tensor.name)))
    .map((tensor) => ({ ...tensor, name: fullName(tensor.name, model) }));
  return kept.length === 0 ? undefined : kept;
}

/** How many layers a model with parameters of these names has; undefined where that is not known. */
export function layerCount(names: readonly string[] = []): number | undefined {
  return names.some((name) => layerOf(name) !== undefined) ? lastLayer(names) + 1 : undefined;
}

/** How many layers a model has, by its weights, else by its config.json; undefined where neither says so. */
export function depthOf(model: ModelFacts): number | undefined {
  const names = modelParameters(model)?.map(({ name }) => name);
  return layerCount(names) ?? modelShape(model)?.num_hidden_layers;
}

/** Whether embeddings and head are one tensor. */
export function hasTiedHead({ config, tensors }: ModelFacts): boolean {
  if (isBlock(config) && typeof config.tie_word_embeddings === 'boolean') return config.tie_word_embeddings;
  return tensors.length > 0 && !tensors.some(({ name }) => isInGroup('lm_head', name));
}

/** What older files keep beside the parameters: causal masks and rotary frequencies. */
function isBuffer({ name, shape }: TensorFacts): boolean {
  return /(^|\.)(inv_freq|masked_bias)$/.test(name) || (name.endsWith('.bias') && shape.length > 2);
}

/** Names of GPT-2 on the hub begin inside of the trunk. */
function fullName(name: string, { config }: ModelFacts): string {
  const isShort = isBlock(config) && config.model_type === 'gpt2' && /^(h|wte|wpe|ln_f)\./.test(name);
  return isShort ? `transformer.${name}` : name;
}
