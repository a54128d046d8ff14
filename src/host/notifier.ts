import { window } from 'vscode';
import type { Disposable } from '../base/emitter.ts';
import { claim } from '../launch/claims.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import { newsBetween, seenOf, type News, type Seen } from './news.ts';
import { plain } from './plain.ts';
import { runCommand } from './runCommand.ts';
import type { Services } from './services.ts';
import type { NotificationLevel } from './settings.ts';

/** Windows that nobody is looking at let the one that somebody is looking at speak first. */
const UNFOCUSED_MS = 400;

/**
 * Says what a user would want to hear without watching: a run finished, failed, was lost, or forgot more than it may. Every
 * piece of news once, whatever the number of windows; what was so before this window opened is no news.
 */
export function createNotifier({
  feed,
  roots,
  settings,
  panels,
}: Pick<Services, 'feed' | 'roots' | 'settings' | 'panels'>): Disposable {
  const seen = new Map<string, Seen>();
  const tell = (run: KnownRun, news: News): void => {
    const key = `${run.folder} ${run.state.attempt} ${news.kind}`;
    const speak = (): void => {
      if (!isWanted(news, settings.notifications.value()) || !claim(key)) return;
      // Who is looking at it has seen it.
      const isSeen = window.state.focused && panels.active() === run.folder && news.kind === 'finished';
      if (!isSeen) void show(run, news);
    };
    if (window.state.focused) speak();
    else setTimeout(speak, UNFOCUSED_MS);
  };
  return feed.onDidChange((folders) => {
    for (const folder of folders) {
      const run = feed.get(folder);
      if (run === undefined) seen.delete(folder);
      if (run?.isRead !== true || !roots.isShown(run)) continue;
      const now = seenOf(run);
      const before = seen.get(folder);
      seen.set(folder, now);
      if (before !== undefined) for (const news of newsBetween(before, now, run)) tell(run, news);
    }
  });
}

function isWanted({ kind }: News, level: NotificationLevel): boolean {
  return level === 'all' || (level === 'problems' && kind !== 'finished');
}

async function show(run: KnownRun, { kind, message, actions }: News): Promise<void> {
  const say = kind === 'finished' ? window.showInformationMessage : window.showWarningMessage;
  const chosen = await say(plain(message, 500), ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === chosen);
  if (action !== undefined) await runCommand(action.command, { kind: 'run', folder: run.folder });
}
