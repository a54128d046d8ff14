import { isInGroup, layerOf } from '../data/groupPatterns.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { ModelFacts } from './facts.ts';
import { hasTiedHead, modelParameters } from './modelParameters.ts';
import type { Path } from './path.ts';

/** A module of a model that adapters can be put into. */
export interface LinearModule {
  /** model.layers.0.self_attn.q_proj */
  readonly name: string;
  /** Of its matrix: the rank cannot be higher than the smaller one. */
  readonly shape: readonly number[];
}

/** What an item of `lora.target_modules` reaches in this model. */
export interface LoraTarget {
  readonly path: Path;
  readonly target: string;
  /** outer: embeddings or head; other: modules that take no adapter; nothing: no module at all. */
  readonly reaches: 'linear' | 'outer' | 'other' | 'nothing';
}

/** The modules of a model, by what peft could do with them. */
export interface LoraModules {
  /** In the layers: what adapters go to where nothing is named. */
  readonly linear: readonly LinearModule[];
  /** Embeddings of the tokens, and the head. */
  readonly outer: readonly string[];
  /** Others that peft may adapt: embeddings of positions, convolutions. */
  readonly rest: readonly string[];
  /** Containers and norms, which take no adapter. */
  readonly other: readonly string[];
}

/** Names that models give to embeddings and head. */
const OUTER = /(^|\.)(lm_head|embed_out|embed_tokens|embed_in|wte|word_embeddings)$/;

/** Nobody writes so many; each is held against every module. */
const MOST_TARGETS = 100;

/** undefined where the weights of the model are not known. */
export function loraModules(model: ModelFacts): LoraModules | undefined {
  const parameters = modelParameters(model);
  if (parameters === undefined) return undefined;
  const modules = parameters.flatMap(({ name, shape }) => {
    const module = /^(.+)\.weight$/.exec(name)?.[1];
    const isMatrix = shape.length > 1 && !isInGroup('norms', name);
    return module === undefined ? [] : [{ name: module, shape, isMatrix }];
  });
  const matrices = modules.filter(({ name, isMatrix }) => isMatrix && !OUTER.test(name));
  const all = withParents(modules.map(({ name }) => name));
  const adaptable = new Set(matrices.map(({ name }) => name));
  // A tied head is a module, though its tensor is none of the parameters.
  const head = hasTiedHead(model) ? ['lm_head'] : [];
  return {
    linear: matrices.filter(isLinear).map(({ name, shape }) => ({ name, shape })),
    rest: matrices.filter((matrix) => !isLinear(matrix)).map(({ name }) => name),
    outer: [...head, ...[...all].filter((name) => OUTER.test(name))],
    other: [...all].filter((name) => !adaptable.has(name) && !OUTER.test(name)),
  };
}

/** The items of `lora.target_modules` in the order of the text; empty where it is left out, or the model is not known. */
export function loraTargets(
  { lora }: Pick<RunConfig, 'lora'>,
  modules: LoraModules | undefined,
): LoraTarget[] {
  const targets = lora?.target_modules ?? [];
  if (modules === undefined || targets.length > MOST_TARGETS) return [];
  return targets.map((target, index) => ({
    path: ['lora', 'target_modules', index],
    target,
    reaches: reachOf(target, modules),
  }));
}

/** Last names of the linear modules, each once: q_proj, k_proj ... */
export function linearNames({ linear }: LoraModules): string[] {
  return [...new Set(linear.map(({ name }) => lastName(name)))];
}

/** As peft reads an item: the whole name of a module, or the end of it. */
export function isReached(name: string, target: string): boolean {
  return name === target || name.endsWith(`.${target}`);
}

function reachOf(target: string, { linear, outer, rest, other }: LoraModules): LoraTarget['reaches'] {
  const isNamed = (name: string): boolean => isReached(name, target);
  if (other.some(isNamed)) return 'other';
  if (outer.some(isNamed)) return 'outer';
  return rest.some(isNamed) || linear.some(({ name }) => isNamed(name)) ? 'linear' : 'nothing';
}

/** In a layer: experts and convolutions have more dimensions. */
function isLinear({ name, shape }: LinearModule): boolean {
  return shape.length === 2 && layerOf(`${name}.`) !== undefined;
}

/** The modules, and all that they lie in. */
function withParents(names: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const name of names) {
    // What lies in a module that is there already has its parents there.
    for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
      const part = name.slice(0, end);
      if (all.has(part)) break;
      all.add(part);
    }
  }
  return all;
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
