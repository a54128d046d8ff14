import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { RunView } from '../../protocol/panelMessages.ts';
import type { Status } from '../../runs/liveStatus.ts';
import { runView } from '../../runs/runView.ts';
import { COMMANDS } from '../contributions.ts';
import { plain } from '../plain.ts';
import { runDescription, runLabel } from './runTexts.ts';

/** A run in the explorer: what it is, how far, how well. */
export function runItem(run: KnownRun): TreeItem {
  return run.problem === undefined ? readableItem(run) : brokenItem(run, run.problem);
}

function readableItem(run: KnownRun): TreeItem {
  const view = runView(run);
  const item = new TreeItem(plain(runLabel(run), 80), TreeItemCollapsibleState.Collapsed);
  item.id = run.folder;
  item.description = plain(runDescription(view));
  item.tooltip = plain(tooltip(view, run.folder), 1_000);
  item.iconPath = new ThemeIcon(...ICONS[run.status]);
  item.contextValue = `run ${view.actions.join(' ')}`;
  item.accessibilityInformation = {
    label: plain(`${runLabel(run)}, ${run.status}, ${runDescription(view)}`),
  };
  item.command = {
    command: COMMANDS.openRun,
    title: 'Open Run',
    arguments: [{ kind: 'run', folder: run.folder }],
  };
  return item;
}

function brokenItem(run: KnownRun, problem: string): TreeItem {
  const item = new TreeItem(plain(run.notes.label ?? run.id, 80), TreeItemCollapsibleState.None);
  item.id = run.folder;
  // Its name stands before it.
  item.description = plain(problem.replace(`${run.folder} is`, 'This is').replace(run.folder, 'it'));
  item.tooltip = plain(`${problem}\n${run.folder}`, 1_000);
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  item.contextValue = 'brokenRun reveal delete';
  return item;
}

function tooltip(view: RunView, folder: string): string {
  const lines = [`${view.title}: ${view.status}`, view.statusText, view.activity?.text, view.damage, folder];
  return lines.filter((line) => line !== undefined).join(' — ');
}

const colour = (id: string): ThemeColor => new ThemeColor(id);

const ICONS: Readonly<Record<Status, [string, ThemeColor?]>> = {
  starting: ['loading~spin'],
  waiting: ['watch'],
  running: ['play-circle', colour('charts.blue')],
  paused: ['debug-pause', colour('charts.yellow')],
  stopping: ['loading~spin'],
  stopped: ['circle-slash'],
  finished: ['pass', colour('testing.iconPassed')],
  failed: ['error', colour('testing.iconFailed')],
  lost: ['debug-disconnect', colour('list.warningForeground')],
  unknown: ['question', colour('list.warningForeground')],
};
