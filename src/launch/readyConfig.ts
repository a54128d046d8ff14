import type { RunConfig } from '../protocol/runConfig.ts';
import { chooseEngine, type EngineName } from './chooseEngine.ts';
import type { PythonSearch } from './pythonForEngine.ts';

/** What ships with Holdfast and configs may mean without naming it. */
export interface Shipped {
  /** Absolute path of the general-knowledge probe set. */
  readonly generalKnowledge: string;
}

/** A config as engines take it. */
export interface ReadyConfig {
  readonly config: RunConfig & { readonly engine: EngineName };
  /** Sentences that whoever starts the run should read. */
  readonly notes: readonly string[];
}

/**
 * A resolved config as engines take it: `engine: auto` decided, `sets: auto` turned into the set that ships. Rejects with one
 * sentence where no engine can run it here.
 */
export async function readyConfig(
  config: RunConfig,
  shipped: Shipped,
  findPython: () => Promise<PythonSearch>,
): Promise<ReadyConfig> {
  const { engine, notes } = await chooseEngine(config, findPython);
  return { config: { ...withShippedProbes(config, shipped), engine }, notes };
}

function withShippedProbes(config: RunConfig, { generalKnowledge }: Shipped): RunConfig {
  if (config.probes.sets !== 'auto') return config;
  return {
    ...config,
    probes: { ...config.probes, sets: [{ name: 'general', file: generalKnowledge }] },
  };
}

/** The engine that a run.json names; old ones, which may leave it open, mean the TypeScript engine. */
export function engineOf({ engine }: Pick<RunConfig, 'engine'>): EngineName {
  return engine === 'torch' ? 'torch' : 'tfjs';
}
