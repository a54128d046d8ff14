import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import type { Resolution } from '../config/resolve.ts';
import { createRun } from '../launch/createRun.ts';
import { holdfastFolderFor, nearestHoldfastFolder } from '../launch/findRoot.ts';
import type { EngineName } from '../launch/chooseEngine.ts';
import { engineProgramFor, type EngineCall } from '../launch/enginePrograms.ts';
import { readyConfig } from '../launch/readyConfig.ts';
import { engineOfRun, resumeRun } from '../launch/resumeRun.ts';
import { startEngine } from '../launch/startEngine.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import type { ConfigSource } from './configDocument.ts';
import { plain } from './plain.ts';
import { findPython, pythonFolders } from './python.ts';
import { isWithin } from './roots.ts';
import type { Services } from './services.ts';

type Resolved = Extract<Resolution, { readonly config: object }>;

/** Makes the run of a config and starts its engine; the run's folder. Rejects with one sentence. */
export async function launch(services: Services, source: ConfigSource, resolved: Resolved): Promise<string> {
  return window.withProgress(
    { location: ProgressLocation.Window, title: `Starting ${source.name}` },
    async () => {
      const programs = await services.programs();
      const folders = pythonFolders(source.path);
      const ready = await readyConfig(resolved.config, programs, () => findPython(services, folders));
      for (const note of ready.notes) services.log.warn(note);
      const engine = await engineCall(services, ready.config.engine, folders);
      const { folder } = await createRun({
        root: rootFor(services, source.path),
        config: ready.config,
        origins: resolved.origins,
        configFile: source.path,
        versions: { holdfast: services.version, node: process.versions.node },
      });
      services.log.info(`made run ${folder}`);
      services.roots.follow(dirname(dirname(folder)));
      services.feed.refresh();
      if (services.settings.openPanelOnStart.value()) services.panels.show(folder);
      await startEngine({ folder, ...engine });
      services.feed.refresh();
      if (ready.notes.length > 0) void window.showWarningMessage(plain(ready.notes.join(' '), 600));
      return folder;
    },
  );
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

async function engineCall(
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
