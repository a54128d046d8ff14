import { grouped } from '../base/format.ts';
import { parametersOf, tfjsObstacle } from '../protocol/modelConfig.ts';
import { torchOnlyKeys } from '../protocol/torchConfig.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { isModelFolder } from './checkpoints.ts';
import { modelSummary, readModelConfig } from './modelSummary.ts';
import { NoUsablePython, type PythonSearch } from './pythonForEngine.ts';

export type EngineName = 'tfjs' | 'torch';

/** Which engine a config wants, before anybody has looked for Python. */
export interface EngineDemand {
  readonly engine: EngineName;
  /** Why `auto` wants torch, as what follows a comma: "because of lora". undefined where the config says so, and for tfjs. */
  readonly because?: string;
  /** Whether the other one could do as well. */
  readonly isMust: boolean;
}

/** More than the TypeScript engine, on one core, should touch. */
const MOST_FOR_TFJS = 30e6;

export type EngineConfig = Pick<RunConfig, 'engine' | 'model_name_or_path' | 'from_config'> &
  Parameters<typeof torchOnlyKeys>[0];

/** Looks at the config and at its model's folder. */
export function engineDemand(config: EngineConfig): EngineDemand {
  if (config.engine !== 'auto') return { engine: config.engine, isMust: true };
  const must = (because: string): EngineDemand => ({ engine: 'torch', because, isMust: true });
  const [key] = torchOnlyKeys(config);
  if (key !== undefined) return must(`because of ${key}`);
  const folder = config.model_name_or_path;
  if (!isModelFolder(folder))
    return must(`because ${folder} is not on this machine and only that engine downloads models`);
  const json = readModelConfig(folder);
  const obstacle = tfjsObstacle(json);
  if (obstacle !== undefined) return must(`because the model ${obstacle}`);
  const parameters = config.from_config ? parametersOf(json) : modelSummary(folder).parameters;
  if (parameters === undefined || parameters <= MOST_FOR_TFJS) return { engine: 'tfjs', isMust: false };
  return {
    engine: 'torch',
    because: `because the model has ${grouped(parameters)} parameters`,
    isMust: false,
  };
}

export interface ChosenEngine {
  readonly engine: EngineName;
  /** Sentences that whoever starts it should read. */
  readonly notes: readonly string[];
}

/**
 * The engine that runs a config here. Python is only looked for where it matters, and nothing needs it for small models. Rejects with
 * one sentence, the cure in it, where no engine can.
 */
export async function chooseEngine(
  config: EngineConfig,
  findPython: () => Promise<PythonSearch>,
): Promise<ChosenEngine> {
  const { engine, because, isMust } = engineDemand(config);
  if (engine === 'tfjs') return { engine, notes: [] };
  const python = await findPython();
  if (python.kind === 'usable') return { engine, notes: python.warnings };
  if (because === undefined) throw new NoUsablePython(python.problem);
  if (isMust)
    throw new NoUsablePython(`This needs the torch engine, ${because}; ${lowerFirst(python.problem)}`);
  const notes = [`The TypeScript engine will be slow, ${because}; ${lowerFirst(python.problem)}`];
  return { engine: 'tfjs', notes };
}

function lowerFirst(text: string): string {
  // "PyTorch" and paths stay what they are.
  return /^(The|No|A|An) /.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
