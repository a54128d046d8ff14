import { existsSync } from 'node:fs';
import { window, workspace } from 'vscode';
import { compareLineOf } from '../launch/commandLine.ts';
import { limitedRun } from '../launch/limitedRun.ts';
import { nodeForEngine } from '../launch/nodeForEngine.ts';
import { tellFailure } from './failures.ts';
import { comparisonPage, endedText, hasEnded } from './methodTexts.ts';
import { plain } from './plain.ts';
import type { Services } from './services.ts';

const SHOW = 'Show Comparison';

/**
 * Says once that all runs of a comparison have ended, and offers to show them side by side. Only to this window, and only as long as it
 * is open; runs that are deleted meanwhile count no more.
 */
export function tellWhenEnded(services: Services, configName: string, folders: readonly string[]): void {
  const { feed, context, settings, log } = services;
  const look = (): void => {
    const left = folders.filter((folder) => existsSync(folder));
    const statuses = left.map((folder) => feed.get(folder)?.status ?? 'starting');
    if (!statuses.every(hasEnded)) return;
    listener.dispose();
    if (left.length < 2 || settings.notifications.value() !== 'all') return;
    void tellFailure(log, SHOW, async () => {
      const chosen = await window.showInformationMessage(plain(endedText(configName, statuses)), SHOW);
      if (chosen === SHOW) await showComparison(services, configName, left);
    });
  };
  const listener = feed.onDidChange((changed) => {
    if (folders.some((folder) => changed.has(folder))) look();
  });
  context.subscriptions.push(listener);
  look();
}

/** The command that sets runs side by side in a terminal. */
export async function compareLine(services: Services, folders: readonly string[]): Promise<string> {
  const { cli } = await services.programs();
  const { command: node } = await nodeForEngine(services.settings.nodePath.value());
  return compareLineOf(folders, { node, cli, system: process.platform === 'win32' ? 'windows' : 'posix' });
}

const PATIENCE_SECONDS = 60;

/** What `holdfast compare` says, as a page: the tables are the command line's, and so are its words. */
async function showComparison(
  services: Services,
  configName: string,
  folders: readonly string[],
): Promise<void> {
  const { cli } = await services.programs();
  const { command, env } = await nodeForEngine(services.settings.nodePath.value());
  const compared = await limitedRun(command, [cli, 'compare', ...folders], {
    seconds: PATIENCE_SECONDS,
    env,
  });
  if (compared.end !== 0)
    throw new Error(compared.stderr.trim() || `The comparison ${compared.end}: try it again.`);
  const content = comparisonPage(configName, compared.stdout, await compareLine(services, folders));
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document, { preview: true });
}
