import { resolve } from 'node:path';
import { chooseEngine, type EngineConfig, type EngineName } from '../launch/chooseEngine.ts';
import { engineProgramFor, type EngineCall } from '../launch/enginePrograms.ts';
import type { PythonSearch } from '../launch/pythonForEngine.ts';
import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import type { Services } from './services.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** The Python for the torch engine; HOLDFAST_PYTHON names one. @param folders whose virtual environments may be run */
export function findPython(folders: readonly string[], { python, folder }: Services): Promise<PythonSearch> {
  const chosen = process.env.HOLDFAST_PYTHON ?? '';
  // A name is looked for on PATH, a path starts here.
  const path = /[\\/]/.test(chosen) ? resolve(folder, chosen) : chosen;
  return python.find({ folders, ...(chosen === '' ? {} : { chosen: { path, by: 'HOLDFAST_PYTHON' } }) });
}

/** How an engine is called here. @param folders whose virtual environments may be run, beside that of this folder */
export async function engineCall(
  engine: EngineName,
  services: Services,
  folders: readonly string[] = [],
): Promise<EngineCall> {
  const { tfjsEngine, torchEngine, folder } = services;
  return engineProgramFor(engine, {
    tfjsEngine,
    torchEngine,
    findPython: () => findPython([...folders, folder], services),
  });
}

/** What `ask` and `probe` take of a model that is to be loaded. */
export interface ModelOptions {
  readonly engine?: string;
  readonly trustRemoteCode?: boolean;
}

/** Settings of a job on a model: the engine of the run that made it, unless another is asked for. Throws UserError. */
export function engineSettings(
  { engine, trustRemoteCode }: ModelOptions,
  config: RunConfig | undefined,
): Pick<RunConfig, 'engine' | 'trust_remote_code'> {
  const wanted = RunConfigSchema.shape.engine.safeParse(engine ?? config?.engine);
  if (!wanted.success)
    throw new UserError(`--engine ${engine ?? ''} is no engine: write auto, tfjs or torch.`);
  if (trustRemoteCode === true && wanted.data === 'tfjs')
    throw new UserError(
      '--trust-remote-code is for Python code, and the engine is tfjs: add --engine torch.',
    );
  return { engine: wanted.data, trust_remote_code: trustRemoteCode === true };
}

/** The engine for a job on a model; what is to be said of the choice goes to stderr. Rejects with one sentence where there is none. */
export async function engineForJob(config: EngineConfig, services: Services): Promise<EngineName> {
  const { terminal, folder } = services;
  const { engine, notes } = await chooseEngine(config, () => findPython([folder], services));
  for (const note of notes) terminal.err(terminal.style('yellow', printable(note)));
  return engine;
}
