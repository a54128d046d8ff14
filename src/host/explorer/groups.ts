import type { KnownRun } from '../../launch/runWatch.ts';
import { configName, isAtWork } from '../../runs/runView.ts';

export interface Group {
  readonly id: string;
  readonly label: string;
  readonly runs: readonly KnownRun[];
}

/** Runs that are at work first, then those of each config, the config of the newest run first; pinned ones lead their group. Pure. */
export function groupRuns(runs: readonly KnownRun[]): Group[] {
  const active = runs.filter(({ status }) => isAtWork(status));
  const groups = new Map<string, { label: string; runs: KnownRun[] }>();
  for (const run of runs.filter(({ status }) => !isAtWork(status))) {
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
  return [...first, ...rest];
}

function pinnedFirst(runs: readonly KnownRun[]): KnownRun[] {
  const isPinned = ({ notes }: KnownRun): boolean => notes.pinned === true;
  return [...runs.filter(isPinned), ...runs.filter((run) => !isPinned(run))];
}
