import { parametersOf, tfjsObstacle } from './modelConfig.ts';
import type { RunConfig } from './runConfig.ts';
import { torchOnlyKeys } from './torchConfig.ts';

export type EngineName = 'tfjs' | 'torch';

/** Which engine a config wants, before anybody has looked for Python. */
export interface EngineDemand {
  readonly engine: EngineName;
  /** Why `auto` wants torch, as what follows a comma: "because of lora". undefined where the config says so, and for tfjs. */
  readonly because?: string;
  /** Whether the other one could do as well. */
  readonly isMust: boolean;
}

/** More parameters than the TypeScript engine, on one core, should touch. */
export const MOST_FOR_TFJS = 30e6;

export type EngineConfig = Pick<RunConfig, 'engine' | 'model_name_or_path' | 'from_config'> &
  Parameters<typeof torchOnlyKeys>[0];

/** What the folder of a model tells; each part is asked for only where it decides. */
export interface ModelFolder {
  /** Its config.json, parsed. */
  readonly config: () => unknown;
  /** Numbers in its weights; undefined where they cannot be counted. */
  readonly parameters: () => number | undefined;
}

/** @param model undefined: not on this machine */
export function demandOf(config: EngineConfig, model: ModelFolder | undefined): EngineDemand {
  if (config.engine !== 'auto') return { engine: config.engine, isMust: true };
  const must = (because: string): EngineDemand => ({ engine: 'torch', because, isMust: true });
  const [key] = torchOnlyKeys(config);
  if (key !== undefined) return must(`because of ${key}`);
  if (model === undefined) {
    const name = config.model_name_or_path;
    return must(`because ${name} is not on this machine and only that engine downloads models`);
  }
  const json = model.config();
  const obstacle = tfjsObstacle(json);
  if (obstacle !== undefined) return must(`because the model ${obstacle}`);
  const parameters = config.from_config ? parametersOf(json) : model.parameters();
  if (parameters === undefined || parameters <= MOST_FOR_TFJS) return { engine: 'tfjs', isMust: false };
  return {
    engine: 'torch',
    because: `because the model has ${parameters.toLocaleString('en-US')} parameters`,
    isMust: false,
  };
}
