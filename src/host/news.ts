import { percent } from '../base/format.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import { forgettingAt } from '../runs/forgetting.ts';
import { titleOf } from '../runs/runView.ts';
import { toArray } from '../runs/series.ts';
import { COMMANDS, type CommandId } from './contributions.ts';

/** What decides whether there is news. */
export interface Seen {
  readonly status: string;
  readonly attempt: number;
  readonly isOverLimit: boolean;
}

export interface News {
  readonly kind: 'finished' | 'failed' | 'lost' | 'limit';
  readonly message: string;
  readonly actions: readonly { readonly title: string; readonly command: CommandId }[];
}

export function seenOf({ status, state, file }: KnownRun): Seen {
  const limit = file?.config.probes.max_forgetting ?? 1;
  const relative = forgettingAt(toArray(state.evaluations))?.relative ?? 0;
  return { status, attempt: state.attempt, isOverLimit: relative > limit };
}

const OPEN = { title: 'Open Run', command: COMMANDS.openRun };
const LOG = { title: 'Open Log', command: COMMANDS.openLog };
const RESUME = { title: 'Resume', command: COMMANDS.resume };

/** What a user would want to hear of what changed between two looks at a run. Pure. */
export function newsBetween(before: Seen, now: Seen, run: KnownRun): News[] {
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
