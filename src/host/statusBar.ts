import { StatusBarAlignment, window } from 'vscode';
import type { Disposable } from '../base/emitter.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import { runView } from '../runs/runView.ts';
import { COMMANDS } from './contributions.ts';
import { isActive } from './explorer/groups.ts';
import { plain } from './plain.ts';
import type { Roots } from './roots.ts';
import { statusText } from './statusText.ts';
import { throttle, together } from './throttle.ts';

const REDRAW_MS = 500;

/** One item while something runs here: how far, how well; a click opens it. */
export function createStatusBar(feed: RunFeed, roots: Roots): Disposable {
  const item = window.createStatusBarItem('holdfast.runs', StatusBarAlignment.Left, 10);
  item.name = 'Holdfast Runs';
  const redraw = throttle(() => {
    const active = feed.all().filter((run) => isActive(run) && roots.isShown(run));
    // What trains says more than what waits for it to be done.
    const first = active.find(({ status }) => status === 'running') ?? active[0];
    if (first === undefined) {
      item.hide();
      return;
    }
    const view = runView(first);
    item.text = plain(statusText(view), 120);
    // Ours, not other people's: the icon goes in after the text was made plain.
    item.text = `${first.status === 'paused' ? '$(debug-pause)' : '$(pulse)'} ${item.text}${active.length > 1 ? ` +${active.length - 1}` : ''}`;
    item.tooltip = plain(tooltip(active), 500);
    item.accessibilityInformation = { label: `Holdfast: ${item.tooltip}` };
    item.command = {
      command: COMMANDS.openRun,
      title: 'Open Run',
      arguments: active.length === 1 ? [{ kind: 'run', folder: first.folder }] : [],
    };
    item.show();
  }, REDRAW_MS);
  return together(
    item,
    redraw,
    feed.onDidChange(() => redraw.call()),
  );
}

function tooltip(active: readonly KnownRun[]): string {
  return active.map((run) => `${runView(run).title}: ${run.status}`).join(', ');
}
