import type { KnownRun } from '../../launch/runWatch.ts';
import { configName, isAtWork } from '../../runs/runView.ts';

export interface Group {
  readonly id: string;
  readonly label: string;
  readonly runs: readonly KnownRun[];
}

/**
 * Runs that are at work first, then those of each config, the config of the newest run first; pinned ones lead their group;
 * broken ones come last. Pure.
 */
export function groupRuns(runs: readonly KnownRun[]): Group[] {
  const active = runs.filter(isActive);
  const broken = runs.filter(({ problem }) => problem !== undefined);
  const groups = new Map<string, { label: string; runs: KnownRun[] }>();
  for (const run of runs.filter((other) => other.problem === undefined && !isActive(other))) {
    const id = run.file?.config_file ?? '';
    const group = groups.get(id) ?? { label: configName(run.file) ?? 'Other', runs: [] };
    group.runs.push(run);
    groups.set(id, group);
  }
  const first = active.length === 0 ? [] : [{ id: '@active', label: 'At Work', runs: pinnedFirst(active) }];
  const rest = [...groups].map(([id, { label, runs: members }]) => ({
    id,
    label,
    runs: pinnedFirst(members),
  }));
  const last = broken.length === 0 ? [] : [{ id: '@broken', label: 'Cannot Be Shown', runs: broken }];
  return [...first, ...rest, ...last];
}

/** Whether an engine is, or may be, at work on it. */
export function isActive({ status, problem }: KnownRun): boolean {
  return problem === undefined && isAtWork(status);
}

function pinnedFirst(runs: readonly KnownRun[]): KnownRun[] {
  const isPinned = ({ notes }: KnownRun): boolean => notes.pinned === true;
  return [...runs.filter(isPinned), ...runs.filter((run) => !isPinned(run))];
}
