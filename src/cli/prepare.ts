import { dirname, isAbsolute, relative } from 'node:path';
import { messageOf } from '../base/text.ts';
import { originsAfter } from '../config/origins.ts';
import { resolveConfig, type Origin } from '../config/resolve.ts';
import { createRun } from '../launch/createRun.ts';
import { holdfastFolderFor } from '../launch/findRoot.ts';
import { readyConfig } from '../launch/readyConfig.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { resolveOrRefuse, type ConfigText } from './configFile.ts';
import { findPython } from './engine.ts';
import { withFacts } from './factsOf.ts';
import type { FoundRun } from './findRun.ts';
import type { Services } from './services.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** A run that could be made: every default filled in, nothing on disk yet. */
export interface PreparedRun {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
  /** Path of the file it came from. */
  readonly configFile: string;
  /** The `.holdfast` folder it belongs to. */
  readonly root: string;
}

/** A large data file is read for so long before a run starts; the engine reads it in any case. */
const PATIENCE_MS = 10_000;

/** A config file with flags laid over it, ready to be made a run. Throws UserError after saying every problem. */
export async function prepareRun(
  source: ConfigText,
  overrides: Record<string, string>,
  services: Services,
): Promise<PreparedRun> {
  const surroundings = await withFacts(
    source,
    services,
    (known) => {
      resolveConfig(source.text, { ...known, overrides });
      return known;
    },
    PATIENCE_MS,
  );
  const { config, origins } = resolveOrRefuse(source, overrides, surroundings, services.terminal);
  return {
    config: await readyOrRefuse(config, source.path, services),
    origins,
    configFile: source.path,
    root: holdfastFolderFor(source.path, workspaceOf(source.path, services.folder)),
  };
}

/** Makes the run's folder. */
export async function makeRun(prepared: PreparedRun, services: Services): Promise<FoundRun> {
  return createRun({
    ...prepared,
    versions: { holdfast: services.version, node: process.versions.node },
  });
}

/** The same run under changed settings; what differs came from a flag. */
export function withConfig(prepared: PreparedRun, config: RunConfig): PreparedRun {
  return { ...prepared, config, origins: originsAfter(prepared, config) };
}

/** Runs belong where the command was given, if the config lies below; so that `holdfast runs` finds them there. */
function workspaceOf(configFile: string, folder: string): string | undefined {
  const path = relative(folder, configFile);
  return path.startsWith('..') || isAbsolute(path) ? undefined : folder;
}

async function readyOrRefuse(config: RunConfig, configFile: string, services: Services): Promise<RunConfig> {
  const { terminal, folder } = services;
  try {
    const ready = await readyConfig(config, services, () =>
      findPython([dirname(configFile), folder], services),
    );
    for (const note of ready.notes) terminal.err(terminal.style('yellow', printable(note)));
    return ready.config;
  } catch (error) {
    throw new UserError(messageOf(error));
  }
}
