import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { createRun } from '../launch/createRun.ts';
import { holdfastFolderFor, nearestHoldfastFolder } from '../launch/findRoot.ts';
import type { EngineName } from '../launch/chooseEngine.ts';
import { engineProgramFor, type EngineCall } from '../launch/enginePrograms.ts';
import { readyConfig } from '../launch/readyConfig.ts';
import { engineOfRun, resumeRun } from '../launch/resumeRun.ts';
import { startEngine } from '../launch/startEngine.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { ConfigSource } from './configDocument.ts';
import type { Resolved } from './configProblems.ts';
import { plain } from './plain.ts';
import { findPython, pythonFolders } from './python.ts';
import { isWithin } from './roots.ts';
import type { Services } from './services.ts';

/** Runs of a config that can be made: its engine is found, nothing is on disk yet. */
export interface Launch {
  /** Sentences that whoever starts the runs should read. */
  readonly notes: readonly string[];
  /** Makes the folder of a run, which shows from now on; `config` may differ from the one this was prepared for, but not in its engine. */
  readonly make: (config: RunConfig, origins: Resolved['origins']) => Promise<string>;
  /** Starts the engine on the folder of a run that was made. */
  readonly start: (folder: string) => Promise<void>;
}

/** Finds out which engine runs a config here, and how it is called. Rejects with one sentence. */
export async function prepareLaunch(
  services: Services,
  source: ConfigSource,
  config: RunConfig,
): Promise<Launch> {
  const programs = await services.programs();
  const folders = pythonFolders(source.path);
  const ready = await readyConfig(config, programs, () => findPython(services, folders));
  for (const note of ready.notes) services.log.warn(note);
  const call = await engineCall(services, ready.config.engine, folders);
  const { engine, probes } = ready.config;
  return {
    notes: ready.notes,
    make: async (wanted, origins) => {
      const { folder } = await createRun({
        root: rootFor(services, source.path),
        config: { ...wanted, engine, probes },
        origins,
        configFile: source.path,
        versions: { holdfast: services.version, node: process.versions.node },
      });
      services.log.info(`made run ${folder}`);
      services.roots.follow(dirname(dirname(folder)));
      services.feed.refresh();
      return folder;
    },
    start: async (folder) => {
      await startEngine({ folder, ...call });
      services.feed.refresh();
    },
  };
}

/** Makes the run of a config and starts its engine; the run's folder. Rejects with one sentence. */
export async function launch(services: Services, source: ConfigSource, resolved: Resolved): Promise<string> {
  return window.withProgress(
    { location: ProgressLocation.Window, title: `Starting ${source.name}` },
    async () => {
      const { make, start, notes } = await prepareLaunch(services, source, resolved.config);
      const folder = await make(resolved.config, resolved.origins);
      if (services.settings.openPanelOnStart.value()) services.panels.show(folder);
      await start(folder);
      tellNotes(notes);
      return folder;
    },
  );
}

/** Does not wait for the user to have read them. */
export function tellNotes(notes: readonly string[]): void {
  if (notes.length > 0) void window.showWarningMessage(plain(notes.join(' '), 600));
}

/** Starts a new engine in the folder of a run that ended early. Rejects with one sentence. */
export async function relaunch(services: Services, run: KnownRun): Promise<void> {
  await window.withProgress({ location: ProgressLocation.Window, title: 'Resuming' }, async () => {
    // Its run.json may be somebody else's: no other folders than those that the user has opened.
    const engine = await engineCall(services, engineOfRun(run.folder), pythonFolders());
    await resumeRun({ folder: run.folder, status: run.status, ...engine });
    services.feed.refresh();
  });
}

/** How an engine is called from this window. Rejects with one sentence where it cannot be. */
export async function engineCall(
  services: Services,
  engine: EngineName,
  folders: readonly string[],
): Promise<EngineCall> {
  const { tfjsEngine, torchEngine } = await services.programs();
  return engineProgramFor(engine, {
    tfjsEngine,
    torchEngine,
    nodePath: services.settings.nodePath.value(),
    findPython: () => findPython(services, folders),
  });
}

/** Where the runs of a config go (DESIGN 2); from an empty window, or where that cannot be written, to a place of our own. */
export function rootFor({ roots, storage }: Services, configPath: string): string {
  const folder = workspace.getWorkspaceFolder(Uri.file(configPath))?.uri.fsPath;
  // The sample is everybody's, whatever folder is open.
  if (isWithin(storage, configPath)) return roots.ownRoot;
  const nearest = nearestHoldfastFolder(dirname(configPath));
  const isEmpty = workspace.workspaceFolders === undefined;
  if (nearest === undefined && isEmpty) return roots.ownRoot;
  const place = nearest ?? folder ?? dirname(configPath);
  return isWritable(place) ? holdfastFolderFor(configPath, folder) : roots.ownRoot;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
