import type { RunConfig } from '../../protocol/runConfig.ts';
import type { Module } from './layers.ts';
import type { Derived } from './question.ts';

/** Where each linear module of a layer reads from and writes to, in numbers per token. */
type Ends = Readonly<Record<Exclude<Module, 'norms'>, readonly [number, number]>>;

const NAMES: Readonly<Record<Exclude<Module, 'norms'>, string>> = {
  q: 'q_proj',
  k: 'k_proj',
  v: 'v_proj',
  o: 'o_proj',
  gate: 'gate_proj',
  up: 'up_proj',
  down: 'down_proj',
};

/** The modules of every layer that get an adapter; without target_modules all of them. */
export function adaptedModules(lora: NonNullable<RunConfig['lora']>): ReadonlySet<Module> {
  const targets = lora.target_modules;
  const modules = Object.entries(NAMES) as [Exclude<Module, 'norms'>, string][];
  return new Set(
    modules
      .filter(([, name]) => targets === undefined || targets.some((target) => target.endsWith(name)))
      .map(([module]) => module),
  );
}

/** Numbers of all adapters: r x in and out x r for each (Hu et al. 2021, section 4.1); 0 without `lora`. */
export function adapterNumbers(run: Pick<Derived, 'config' | 'widths' | 'pieces'>): number {
  const rank = run.config.lora?.r ?? 0;
  const perLayer = adaptedEnds(run).reduce((sum, [from, to]) => sum + rank * (from + to), 0);
  return run.pieces.layers.length * perLayer;
}

/** Numbers per token that the adapted modules of a layer give out together. */
export function adaptedOutputs(run: Pick<Derived, 'config' | 'widths'>): number {
  return adaptedEnds(run).reduce((sum, [, to]) => sum + to, 0);
}

function adaptedEnds({ config, widths }: Pick<Derived, 'config' | 'widths'>): (readonly [number, number])[] {
  if (config.lora === undefined) return [];
  const { hidden, queries, keys, inner } = widths;
  const ends: Ends = {
    q: [hidden, queries],
    k: [hidden, keys],
    v: [hidden, keys],
    o: [queries, hidden],
    gate: [hidden, inner],
    up: [hidden, inner],
    down: [inner, hidden],
  };
  const adapted = adaptedModules(config.lora);
  return (Object.keys(ends) as (keyof Ends)[])
    .filter((module) => adapted.has(module))
    .map((module) => ends[module]);
}
