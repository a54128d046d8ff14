import { join } from 'node:path';
import { Uri, type ExtensionContext, type WebviewPanel } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import { checkpointName, runPaths } from '../../folder/layout.ts';
import { checkpointSteps } from '../../launch/checkpoints.ts';
import { createLostFactsReader } from '../../launch/lostFactsReader.ts';
import type { RunFeed } from '../../launch/runFeed.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import {
  FromPanelSchema,
  type FromPanel,
  type RunAction,
  type RunView,
  type ToPanel,
} from '../../protocol/panelMessages.ts';
import { runView } from '../../runs/runView.ts';
import { NOTHING_TOLD, seriesSince, type Told } from '../../runs/seriesPart.ts';
import type { Log } from '../log.ts';
import { plain } from '../plain.ts';
import { throttle, together } from '../throttle.ts';
import { PAGE_FOLDER, panelHtml } from './html.ts';

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
  const sender = createSender(folder, feed, (message) => {
    // Of a page that is gone nobody waits for an answer.
    panel.webview.postMessage(message).then(undefined, () => undefined);
  });
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

interface Sender {
  /** A page is up and has nothing. */
  begin(): void;
  /** The page is gone. */
  end(): void;
  send(run: KnownRun | undefined): void;
}

/** Knows what the page has been told, and tells it the rest. */
function createSender(folder: string, feed: RunFeed, post: (message: ToPanel) => void): Sender {
  const facts = createLostFactsReader(folder);
  const onDisk = createCheckpointList(folder);
  const viewOf = (run: KnownRun): RunView => {
    const view = runView(run);
    const steps = onDisk(run);
    return { ...view, checkpoints: view.checkpoints.filter(({ step }) => steps.has(step)) };
  };
  let told: Told | undefined;
  let factsAt = '';
  let gone = '';
  const sendFacts = (run: KnownRun): void => {
    const key = `${run.state.attempt} ${run.state.evaluations.length}`;
    if (key === factsAt) return;
    factsAt = key;
    facts.read(run.state).then(
      (view) => {
        if (told !== undefined && factsAt === key) post({ type: 'facts', facts: view });
      },
      () => undefined,
    );
  };
  const sayGone = (message: string): void => {
    if (gone !== message) post({ type: 'gone', folder, message });
    gone = message;
  };
  const sendRun = (run: KnownRun): void => {
    const isWhole = told === undefined || told === NOTHING_TOLD || gone !== '';
    const since = isWhole ? undefined : seriesSince(run.state, told ?? NOTHING_TOLD);
    const next = since ?? seriesSince(run.state, NOTHING_TOLD);
    if (next === undefined) return;
    if (since === undefined) factsAt = '';
    told = next.told;
    gone = '';
    const [view, series] = [viewOf(run), next.part];
    if (since === undefined) post({ type: 'snapshot', folder, run: view, series });
    else post({ type: 'changed', run: view, series });
    sendFacts(run);
  };
  return {
    begin: () => {
      told = NOTHING_TOLD;
      gone = '';
    },
    end: () => (told = undefined),
    send: (run) => {
      if (told === undefined) return;
      if (run === undefined) sayGone(whyNotThere(folder, feed));
      else if (run.problem !== undefined) sayGone(run.problem);
      else if (run.isRead || run.file !== undefined) sendRun(run);
    },
  };
}

const LOOK_MS = 1_000;

/** Steps of the checkpoints that the engine has not removed again; looked up now and then. */
function createCheckpointList(folder: string): (run: KnownRun) => ReadonlySet<number> {
  let looked = -Infinity;
  let steps: ReadonlySet<number> = new Set();
  return ({ state }) => {
    if (state.checkpoints.length === 0 || performance.now() - looked < LOOK_MS) return steps;
    looked = performance.now();
    steps = new Set(checkpointSteps(folder));
    return steps;
  };
}

function whyNotThere(folder: string, feed: RunFeed): string {
  const isFollowed = feed.roots().some((root) => folder.startsWith(root));
  return isFollowed
    ? `The run ${folder} is not there (any more): it was deleted, moved or renamed. Runs that were deleted here lie in the trash folder beside it for a month.`
    : `The run ${folder} does not belong to a folder of this window: open its folder to see it.`;
}
