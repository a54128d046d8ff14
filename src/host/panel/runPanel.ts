import { join } from 'node:path';
import { Uri, type ExtensionContext, type WebviewPanel } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import { checkpointName, runPaths } from '../../folder/layout.ts';
import type { RunFeed } from '../../launch/runFeed.ts';
import { FromPanelSchema, type FromPanel, type RunAction } from '../../protocol/panelMessages.ts';
import { runView } from '../../runs/runView.ts';
import type { Log } from '../log.ts';
import { plain } from '../plain.ts';
import { throttle, together } from '../throttle.ts';
import { PAGE_FOLDER, panelHtml } from './html.ts';
import { createSender } from './sender.ts';

/** What a panel may ask of the rest of the extension. */
export interface PanelRequests {
  act(action: RunAction, folder: string): void;
  reveal(path: string): void;
}

export interface RunPanel extends Disposable {
  readonly folder: string;
  readonly panel: WebviewPanel;
}

/** Ten pictures a second move; every message costs both sides. */
const SEND_MS = 100;

/**
 * One webview on one run. The page asks (`ready`), gets everything, and from then on what is new. A hidden page is gone, and
 * costs nothing: shown again, it asks anew.
 */
export function attachRun(
  panel: WebviewPanel,
  folder: string,
  feed: RunFeed,
  { requests, context, log }: { requests: PanelRequests; context: ExtensionContext; log: Log },
): RunPanel {
  const sender = createSender(
    folder,
    () => feed.roots(),
    (message) => {
      // Of a page that is gone nobody waits for an answer.
      panel.webview.postMessage(message).then(undefined, () => undefined);
    },
  );
  const send = throttle(() => {
    const run = feed.get(folder);
    if (run !== undefined) panel.title = plain(runView(run).title, 60);
    if (panel.visible) sender.send(run);
  }, SEND_MS);
  const answer = (message: FromPanel): void => {
    switch (message.type) {
      case 'ready':
        sender.begin();
        send.call();
        return;
      case 'drawn':
        sender.drawn();
        send.call();
        return;
      case 'act':
        requests.act(message.action, folder);
        return;
      case 'revealCheckpoint':
        requests.reveal(join(runPaths(folder).checkpoints, checkpointName(message.step)));
        return;
      case 'failed':
        log.error(`the panel of ${folder}: ${message.message}`);
    }
  };
  panel.webview.options = {
    enableScripts: true,
    localResourceRoots: [Uri.joinPath(context.extensionUri, ...PAGE_FOLDER)],
  };
  const parts = together(
    send,
    feed.onDidChange((folders) => {
      if (folders.has(folder)) send.call();
    }),
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const decoded = FromPanelSchema.safeParse(message);
      if (decoded.success) answer(decoded.data);
      else log.warn(`the panel of ${folder} said something that is no message; it is left out`);
    }),
    panel.onDidChangeViewState(() => {
      if (!panel.visible) sender.end();
    }),
  );
  panel.iconPath = {
    light: Uri.joinPath(context.extensionUri, 'media', 'panel-light.svg'),
    dark: Uri.joinPath(context.extensionUri, 'media', 'panel-dark.svg'),
  };
  panel.webview.html = panelHtml(panel.webview, context.extensionUri);
  return { folder, panel, dispose: () => parts.dispose() };
}
