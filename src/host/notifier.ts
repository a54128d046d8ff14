import { window } from 'vscode';
import { percent } from '../base/format.ts';
import type { Disposable } from '../base/emitter.ts';
import { claim } from '../launch/claims.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import { forgettingAt } from '../runs/forgetting.ts';
import { toArray } from '../runs/series.ts';
import { titleOf } from '../runs/runView.ts';
import { COMMANDS, type CommandId } from './contributions.ts';
import { plain } from './plain.ts';
import type { Roots } from './roots.ts';
import { runCommand } from './runCommand.ts';
import type { NotificationLevel, Settings } from './settings.ts';

/** Windows that nobody is looking at let the one that somebody is looking at speak first. */
const UNFOCUSED_MS = 400;

/**
 * Says what a user would want to hear without watching: a run finished, failed, was lost, or forgot more than it may. Every
 * piece of news once, whatever the number of windows; what was so before this window opened is no news.
 */
export function createNotifier(feed: RunFeed, roots: Roots, settings: Settings): Disposable {
  const seen = new Map<string, Seen>();
  const tell = (run: KnownRun, news: News): void => {
    const key = `${run.folder} ${run.state.attempt} ${news.kind}`;
    const speak = (): void => {
      if (isWanted(news, settings.notifications.value()) && claim(key)) void show(run, news);
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

/** What decides whether there is news. */
interface Seen {
  readonly status: string;
  readonly attempt: number;
  readonly isOverLimit: boolean;
}

interface News {
  readonly kind: 'finished' | 'failed' | 'lost' | 'limit';
  readonly message: string;
  readonly actions: readonly { readonly title: string; readonly command: CommandId }[];
}

function seenOf({ status, state, file }: KnownRun): Seen {
  const limit = file?.config.probes.max_forgetting ?? 1;
  const relative = forgettingAt(toArray(state.evaluations))?.relative ?? 0;
  return { status, attempt: state.attempt, isOverLimit: relative > limit };
}

const OPEN = { title: 'Open Run', command: COMMANDS.openRun };
const LOG = { title: 'Open Log', command: COMMANDS.openLog };
const RESUME = { title: 'Resume', command: COMMANDS.resume };

/** Pure but for the texts it takes from the run. */
function newsBetween(before: Seen, now: Seen, run: KnownRun): News[] {
  const name = `"${titleOf(run)}"`;
  const news: News[] = [];
  const has = (status: string): boolean => now.status === status && before.status !== status;
  const forgetting = forgettingAt(toArray(run.state.evaluations))?.relative;
  if (has('finished')) {
    const cost = forgetting === undefined ? '' : `; it forgot ${percent(forgetting)} of what it knew`;
    news.push({ kind: 'finished', message: `Run ${name} is finished${cost}.`, actions: [OPEN] });
  }
  if (has('failed')) {
    const why = run.state.final?.type === 'failed' ? run.state.final.message : 'see its log.';
    news.push({ kind: 'failed', message: `Run ${name} failed: ${why}`, actions: [LOG, RESUME] });
  }
  if (has('lost')) {
    const message = `The engine of run ${name} is gone without a last word (killed, out of memory, or the machine went down).`;
    news.push({ kind: 'lost', message, actions: [RESUME, LOG] });
  }
  if (now.isOverLimit && !before.isOverLimit && now.status === 'running') {
    const limit = percent(run.file?.config.probes.max_forgetting);
    const message = `Run ${name} has forgotten ${percent(forgetting)} of what it knew, more than the ${limit} it may (max_forgetting).`;
    news.push({
      kind: 'limit',
      message,
      actions: [{ title: 'Stop and Save', command: COMMANDS.stop }, OPEN],
    });
  }
  return news;
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
