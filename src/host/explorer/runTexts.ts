import { duration, percent, share } from '../../base/format.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { RunView } from '../../protocol/panelMessages.ts';
import { configStem, isAtWork } from '../../runs/runView.ts';
import { shortTime } from '../timestamps.ts';

/** What it was called; without a name, when it began: runs of one config stand in one group. */
export function runLabel({ notes, file, id, status }: KnownRun): string {
  if (notes.label !== undefined) return notes.label;
  if (file === undefined) return id;
  const time = shortTime(file.created);
  const name = configStem(file);
  return isAtWork(status) && name !== undefined ? `${name}, ${time}` : time;
}

/** Step / total, held and forgetting now, time left, method; the icon says that it runs or is finished. */
export function runDescription(view: RunView): string {
  const { status, step, totalSteps, held, forgetting, eta, activity, method } = view;
  const isQuiet =
    status === 'running' || status === 'finished' || (status === 'waiting' && activity !== undefined);
  const parts = [
    isQuiet ? undefined : status,
    totalSteps === undefined ? undefined : `${step}/${totalSteps}`,
    activity === undefined || (totalSteps !== undefined && status !== 'waiting') ? undefined : activity.text,
    held === null ? undefined : `held ${share(held.share)}`,
    forgetting === undefined ? undefined : `forgot ${percent(forgetting.relative)}`,
    eta === undefined ? undefined : `${duration(eta)} left`,
    method,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
