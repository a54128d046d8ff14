import type { RunConfig } from '../protocol/runConfig.ts';

/** What ships with Holdfast and configs may mean without naming it. */
export interface Shipped {
  /** Absolute path of the general-knowledge probe set. */
  readonly generalKnowledge: string;
}

/**
 * A resolved config as engines take it: `engine: auto` decided, `sets: auto` turned into the set that ships. Throws one sentence
 * where no engine of this version can run it.
 */
export function readyConfig(config: RunConfig, shipped: Shipped): RunConfig {
  return withShippedProbes(withEngine(config), shipped);
}

function withEngine(config: RunConfig): RunConfig {
  if (config.engine === 'torch') {
    throw new Error(
      'engine: torch is not in this version yet: set engine: tfjs (Llama and Qwen2 models of up to some ten million parameters).',
    );
  }
  return { ...config, engine: 'tfjs' };
}

function withShippedProbes(config: RunConfig, { generalKnowledge }: Shipped): RunConfig {
  if (config.probes.sets !== 'auto') return config;
  return {
    ...config,
    probes: { ...config.probes, sets: [{ name: 'general', file: generalKnowledge }] },
  };
}
