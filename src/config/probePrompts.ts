import type { RunConfig } from '../protocol/runConfig.ts';
import type { Path } from './path.ts';

/** Wordings that the base model is asked under. */
export interface PromptList {
  /** Where they are written. */
  readonly path: Path;
  readonly prompts: readonly string[];
}

/** Every list of prompts that a config writes: for all sets and the training rows, and for single sets. */
export function promptLists({ probes }: Pick<RunConfig, 'probes'>): PromptList[] {
  const sets = probes.sets === 'auto' ? [] : probes.sets;
  return [
    { path: ['probes', 'prompts'], prompts: probes.prompts ?? [] },
    ...sets.map(({ prompts = [] }, index) => ({ path: ['probes', 'sets', index, 'prompts'], prompts })),
  ].filter(({ prompts }) => prompts.length > 0);
}
