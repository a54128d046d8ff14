import { demandOf, type EngineConfig, type EngineDemand, type EngineName } from '../protocol/engineDemand.ts';
import { isModelFolder } from './checkpoints.ts';
import { modelSummary, readModelConfig } from './modelSummary.ts';
import { NoUsablePython, type PythonSearch } from './pythonForEngine.ts';

export type { EngineConfig, EngineDemand, EngineName } from '../protocol/engineDemand.ts';

/** Looks at the config and at its model's folder. */
export function engineDemand(config: EngineConfig): EngineDemand {
  const folder = config.model_name_or_path;
  if (!isModelFolder(folder)) return demandOf(config, undefined);
  return demandOf(config, {
    config: () => readModelConfig(folder),
    parameters: () => modelSummary(folder).parameters,
  });
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
