import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { duration, percent, share } from '../../base/format.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { RunView } from '../../protocol/panelMessages.ts';
import type { Status } from '../../runs/liveStatus.ts';
import { isAtWork, runView } from '../../runs/runView.ts';
import { COMMANDS } from '../contributions.ts';
import { plain } from '../plain.ts';
import { shortTime } from '../timestamps.ts';

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
  item.description = plain(problem);
  item.tooltip = plain(`${problem}\n${run.folder}`, 1_000);
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  item.contextValue = 'brokenRun reveal delete';
  return item;
}

/** What it was called; without a name, when it began: runs of one config stand in one group. */
export function runLabel({ notes, file, id, status }: KnownRun): string {
  if (notes.label !== undefined) return notes.label;
  if (file === undefined) return id;
  const time = shortTime(file.created);
  const name = file.config_file
    ?.split(/[/\\]/)
    .at(-1)
    ?.replace(/(\.sft)?\.(ya?ml|json)$/i, '');
  return isAtWork(status) && name !== undefined ? `${name}, ${time}` : time;
}

/** Method, step / total, held and forgetting now, time left. */
export function runDescription(view: RunView): string {
  const { status, step, totalSteps, held, forgetting, eta, activity, method } = view;
  const parts = [
    status === 'running' ? undefined : status,
    method,
    totalSteps === undefined ? undefined : `${step} / ${totalSteps}`,
    activity === undefined || totalSteps !== undefined ? undefined : activity.text,
    held === null ? undefined : `held ${share(held.share)}`,
    forgetting === undefined ? undefined : `forgot ${percent(forgetting.relative)}`,
    eta === undefined ? undefined : `${duration(eta)} left`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
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
