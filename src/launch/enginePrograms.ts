import { delimiter } from 'node:path';
import type { EngineName } from './chooseEngine.ts';
import { nodeForEngine } from './nodeForEngine.ts';
import { NoUsablePython, type PythonSearch } from './pythonForEngine.ts';
import { PYTHON_ENVIRONMENT } from './pythonReport.ts';
import type { StartOptions } from './startEngine.ts';

/** The engines' programs, and how what runs them is found. */
export interface EngineParts {
  /** The TypeScript engine, as a JavaScript file. */
  readonly tfjsEngine: string;
  /** The folder that the Python package holdfast_torch lies in. */
  readonly torchEngine: string;
  /** The Node that the user chose. */
  readonly nodePath?: string | undefined;
  readonly findPython: () => Promise<PythonSearch>;
}

export type EngineCall = Required<Pick<StartOptions, 'engine' | 'env'>>;

/** How the engine that a run.json names is called here. Rejects with one sentence where it cannot be. */
export async function engineProgramFor(engine: EngineName, parts: EngineParts): Promise<EngineCall> {
  if (engine === 'tfjs') {
    const { command, env } = await nodeForEngine(parts.nodePath);
    return { engine: { command, args: [parts.tfjsEngine] }, env };
  }
  const python = await parts.findPython();
  if (python.kind === 'unusable') throw new NoUsablePython(python.problem);
  return {
    engine: { command: python.command, args: ['-m', 'holdfast_torch'] },
    env: { ...PYTHON_ENVIRONMENT, PYTHONPATH: withFolder(parts.torchEngine, process.env.PYTHONPATH) },
  };
}

function withFolder(folder: string, path: string | undefined): string {
  return path === undefined || path === '' ? folder : `${folder}${delimiter}${path}`;
}
