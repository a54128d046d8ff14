import { join } from 'node:path';
import { ViewColumn, window, type ExtensionContext, type WebviewPanel } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import type { RunFeed } from '../../launch/runFeed.ts';
import { runView } from '../../runs/runView.ts';
import { CONTEXT, RUN_PANEL } from '../contributions.ts';
import type { Log } from '../log.ts';
import { runCommand } from '../runCommand.ts';
import { together } from '../throttle.ts';
import { attachRun, type PanelRequests, type RunPanel } from './runPanel.ts';

/** The live panels of this window: one per run. */
export interface Panels extends Disposable {
  /** Shows a run, in the panel it has or in a new one. */
  show(folder: string): void;
  /** Folder of the run whose panel is active; undefined where none is. */
  active(): string | undefined;
  /** How many there are. */
  count(): number;
}

export interface PanelServices {
  readonly feed: RunFeed;
  readonly context: ExtensionContext;
  readonly log: Log;
  readonly requests: PanelRequests;
  /** Asked to follow the run of a panel that comes back, wherever it lies. */
  readonly follow: (folder: string) => void;
}

export function createPanels(services: PanelServices): Panels {
  const { feed } = services;
  const open = new Map<string, RunPanel>();
  const active = (): string | undefined => [...open.values()].find(({ panel }) => panel.active)?.folder;
  let toldActions = '';
  const tellActive = (): void => {
    const folder = active();
    const run = folder === undefined ? undefined : feed.get(folder);
    const actions = run === undefined ? '' : runView(run).actions.join(' ');
    if (actions === toldActions) return;
    toldActions = actions;
    void runCommand('setContext', CONTEXT.panelActions, actions);
  };
  const attach = (panel: WebviewPanel, folder: string): void => {
    const attached = attachRun(panel, folder, feed, services);
    open.set(folder, attached);
    panel.onDidChangeViewState(tellActive);
    panel.onDidDispose(() => {
      attached.dispose();
      if (open.get(folder) === attached) open.delete(folder);
      tellActive();
    });
    tellActive();
  };
  const parts = together(
    feed.onDidChange(tellActive),
    window.registerWebviewPanelSerializer(RUN_PANEL, {
      deserializeWebviewPanel: (panel, state) => {
        const folder = folderIn(state);
        // Two panels on one run, or one that no longer knows which: nobody needs them back.
        if (folder === undefined || open.has(folder)) panel.dispose();
        else {
          services.follow(folder);
          attach(panel, folder);
        }
        return Promise.resolve();
      },
    }),
  );
  return {
    active,
    count: () => open.size,
    show: (folder) => {
      const shown = open.get(folder);
      if (shown !== undefined) {
        shown.panel.reveal(undefined, false);
        return;
      }
      const panel = window.createWebviewPanel(RUN_PANEL, 'Run', ViewColumn.Active, { enableScripts: true });
      attach(panel, folder);
    },
    dispose: () => {
      parts.dispose();
      for (const { panel } of [...open.values()]) panel.dispose();
    },
  };
}

/** The run a page remembers (webview/main.ts); it is told by the page, so it is only a wish. */
function folderIn(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('folder' in state)) return undefined;
  const { folder } = state;
  return typeof folder === 'string' && folder.includes(join('.holdfast', 'runs')) ? folder : undefined;
}
