import type { Disposable } from '../base/emitter.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import { actionsFor } from '../runs/actions.ts';
import { CONTEXT } from './contributions.ts';
import type { Roots } from './roots.ts';
import { runCommand } from './runCommand.ts';
import { throttle, together } from './throttle.ts';

const TELL_MS = 250;

/** Tells `when` clauses what there is to be done, so that commands are offered only where they make sense. */
export function tellContext(feed: RunFeed, roots: Roots): Disposable {
  let told: readonly [string, boolean] = ['?', false];
  const tell = throttle(() => {
    const runs = feed.all().filter((run) => roots.isShown(run));
    const readable = runs.filter(({ problem }) => problem === undefined);
    const actions = [...new Set(readable.flatMap(({ status }) => actionsFor(status)))].sort().join(' ');
    const now = [actions, runs.length > 0] as const;
    if (now[0] === told[0] && now[1] === told[1]) return;
    told = now;
    void runCommand('setContext', CONTEXT.actions, now[0]);
    void runCommand('setContext', CONTEXT.hasRuns, now[1]);
  }, TELL_MS);
  tell.call();
  return together(
    tell,
    feed.onDidChange(() => tell.call()),
  );
}
