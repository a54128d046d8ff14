import { commands, window, type ExtensionContext } from 'vscode';
import { createAnnotations } from './host/annotations/annotations.ts';
import { HANDLERS } from './host/commands/index.ts';
import { COMMANDS, type CommandKey } from './host/contributions.ts';
import { tellContext } from './host/context.ts';
import { createExplorer } from './host/explorer/explorer.ts';
import { tellFailure } from './host/failures.ts';
import { createNotifier } from './host/notifier.ts';
import { createPanels } from './host/panel/panels.ts';
import { createRoots } from './host/roots.ts';
import { runCommand } from './host/runCommand.ts';
import { provideRunConfigs } from './host/runConfigDocuments.ts';
import type { ConfigTools, Services } from './host/services.ts';
import { readSettings } from './host/settings.ts';
import { createStatusBar } from './host/statusBar.ts';
import { once } from './base/once.ts';
import { ensurePrograms } from './launch/programs.ts';
import { createPythonFinder } from './launch/pythonForEngine.ts';
import { createRunFeed } from './launch/runFeed.ts';

/** Composition root of the extension: builds every long-lived thing, once, in order. */
declare const HOLDFAST_VERSION: string;

/** What other programs may ask of the extension: how many things it holds, for tests and bug reports. */
export interface Health {
  health(): { readonly panels: number; readonly listeners: number; readonly runs: number };
}

export function activate(context: ExtensionContext): Health {
  const own = <Part extends { dispose(): unknown }>(part: Part): Part => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(window.createOutputChannel('Holdfast', { log: true }));
  const settings = readSettings();
  const feed = own(createRunFeed());
  const storage = context.globalStorageUri.fsPath;
  const roots = own(createRoots(feed, storage, log));
  const programs = once(() => ensurePrograms(context.extensionPath, storage));
  const python = once(async () => createPythonFinder((await programs()).torchEngine));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program beside this one, loaded when it is needed
  const configTools = (): ConfigTools => require('./configTools.cjs') as ConfigTools;
  const act = (key: CommandKey, arg: unknown): Promise<void> =>
    tellFailure(log, COMMANDS[key], () => HANDLERS[key](services, arg));
  const panels = own(
    createPanels({
      feed,
      context,
      log,
      follow: (folder) => roots.followRun(folder),
      requests: {
        act: (action, folder) => void act(action, { kind: 'run', folder }),
        reveal: (path) => void runCommand(COMMANDS.reveal, { kind: 'path', path }),
      },
    }),
  );
  const annotations = own(createAnnotations({ context, feed, log, settings, python, storage }));
  const services: Services = {
    annotations,
    context,
    log,
    settings,
    feed,
    roots,
    panels,
    programs,
    python,
    configTools,
    storage,
    version: HOLDFAST_VERSION,
    showOutput: () => log.show(),
  };
  own(createExplorer(feed, roots));
  own(createStatusBar(feed, roots));
  own(createNotifier(services));
  own(tellContext(feed, roots));
  own(provideRunConfigs(configTools));
  for (const key of Object.keys(HANDLERS) as CommandKey[])
    own(commands.registerCommand(COMMANDS[key], (arg: unknown) => act(key, arg)));
  return {
    health: () => ({ panels: panels.count(), listeners: feed.listenerCount(), runs: feed.all().length }),
  };
}
