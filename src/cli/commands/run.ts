import { isAbsolute, relative } from 'node:path';
import { nodeForEngine } from '../../launch/nodeForEngine.ts';
import { createRun } from '../../launch/createRun.ts';
import { holdfastFolderFor } from '../../launch/findRoot.ts';
import { startEngine, type EngineProgram } from '../../launch/startEngine.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import { parseOverrides, readConfig, resolveOrRefuse } from '../configFile.ts';
import { followRun } from '../follow.ts';
import { reportEnd } from '../report.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

export interface RunOptions {
  readonly engine?: string;
  readonly set: readonly string[];
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `holdfast run FILE`: check, make the run folder, start the engine, follow. */
export async function runCommand(file: string, options: RunOptions, services: Services): Promise<number> {
  const { terminal } = services;
  const source = readConfig(file);
  const overrides = {
    ...parseOverrides(options.set),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  };
  const { config, origins } = resolveOrRefuse(source, overrides, terminal);
  const wanted = withShippedProbes(chooseEngine(config), services);
  const run = await createRun({
    root: holdfastFolderFor(source.path, workspaceOf(source.path, services.folder)),
    config: wanted,
    origins,
    configFile: source.path,
    versions: { holdfast: services.version, node: process.versions.node },
  });
  terminal.err(`run ${run.id}`);
  const { program, env } = await engineProgram(services);
  await startEngine({ folder: run.folder, engine: program, env });
  if (options.detach === true) {
    terminal.out(options.json === true ? JSON.stringify(run) : `${run.id}\n${run.folder}`);
    return EXIT.done;
  }
  return reportEnd(run, await followRun(run, terminal, 1), services, options.json === true);
}

/** Runs belong where the command was given, if the config lies below; so that `holdfast runs` finds them there. */
function workspaceOf(configFile: string, folder: string): string | undefined {
  const path = relative(folder, configFile);
  return path.startsWith('..') || isAbsolute(path) ? undefined : folder;
}

/** How the TypeScript engine is called here. */
export async function engineProgram(
  services: Services,
): Promise<{ program: EngineProgram; env: NodeJS.ProcessEnv }> {
  const { command, env } = await nodeForEngine();
  return { program: { command, args: [services.tfjsEngine] }, env };
}

function chooseEngine(config: RunConfig): RunConfig {
  if (config.engine === 'torch') {
    throw new UserError(
      'engine: torch is not in this version yet: set engine: tfjs (Llama and Qwen2 models of up to some ten million parameters).',
    );
  }
  return { ...config, engine: 'tfjs' };
}

/** `sets: auto` is the general-knowledge set that ships with Holdfast. */
function withShippedProbes(config: RunConfig, services: Services): RunConfig {
  if (config.probes.sets !== 'auto') return config;
  return {
    ...config,
    probes: { ...config.probes, sets: [{ name: 'general', file: services.generalKnowledge }] },
  };
}
