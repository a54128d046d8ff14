import { expect, it } from 'vitest';
import { groupRuns, isActive } from '../../src/host/explorer/groups.ts';
import type { KnownRun } from '../../src/launch/runWatch.ts';
import type { Status } from '../../src/runs/liveStatus.ts';
import { fileOf, knownRun } from './knownRun.ts';

const run = (
  id: string,
  status: Status,
  config: string | null = '/home/ada/support.sft.yaml',
  over: Partial<KnownRun> = {},
): KnownRun => knownRun(undefined, { id, status, file: fileOf({ config_file: config }), ...over });

/** The groups as `label: ids`. */
const told = (...runs: KnownRun[]): string[] =>
  groupRuns(runs).map(({ label, runs: members }) => `${label}: ${members.map(({ id }) => id).join(' ')}`);

it('no runs, no groups', () => {
  expect(told()).toEqual([]);
});

it('what is at work comes first, whatever its config; then configs, as their newest run comes', () => {
  expect(
    told(
      run('7', 'finished', '/x/b.sft.yaml'),
      run('6', 'running', '/x/a.sft.yaml'),
      run('5', 'failed', '/x/a.sft.yaml'),
      run('4', 'waiting', '/x/b.sft.yaml'),
      run('3', 'lost', '/x/b.sft.yaml'),
      run('2', 'unknown', '/x/a.sft.yaml'),
    ),
  ).toEqual(['At Work: 6 4', 'b.sft.yaml: 7 3', 'a.sft.yaml: 5 2']);
});

it('configs of one name in two folders are two groups, each with an id of its own', () => {
  const groups = groupRuns([run('2', 'stopped', '/x/a.yaml'), run('1', 'stopped', '/y/a.yaml')]);
  expect(groups.map(({ id, label }) => [id, label])).toEqual([
    ['/x/a.yaml', 'a.yaml'],
    ['/y/a.yaml', 'a.yaml'],
  ]);
});

it('runs of no config stand together', () => {
  expect(told(run('3', 'finished', null), run('2', 'lost', null))).toEqual(['Other: 3 2']);
});

it('runs that cannot be read come last, whatever they seem to do', () => {
  const broken = { file: undefined, problem: 'Cannot use it.' };
  const seemsToWork = run('9', 'starting', null, broken);
  expect(
    told(seemsToWork, run('8', 'lost', null, broken), run('2', 'finished'), run('1', 'running')),
  ).toEqual(['At Work: 1', 'support.sft.yaml: 2', 'Cannot Be Shown: 9 8']);
  expect([seemsToWork, run('1', 'running'), run('2', 'lost')].map(isActive)).toEqual([false, true, false]);
});

it('pinned runs lead their group, and only theirs; the rest keeps its order', () => {
  const pinned = { notes: { pinned: true } };
  expect(
    told(
      run('6', 'running'),
      run('5', 'running', undefined, pinned),
      run('4', 'finished', '/x/b.yaml'),
      run('3', 'finished', '/x/a.yaml'),
      run('2', 'finished', '/x/a.yaml', pinned),
      run('1', 'finished', '/x/a.yaml', { notes: { pinned: false } }),
    ),
  ).toEqual(['At Work: 5 6', 'b.yaml: 4', 'a.yaml: 2 3 1']);
});

it('every run is shown once', () => {
  const statuses: Status[] = [
    'starting',
    'paused',
    'stopping',
    'stopped',
    'finished',
    'failed',
    'lost',
    'unknown',
  ];
  const runs = statuses.map((status, index) => run(String(index), status));
  const shown = groupRuns(runs).flatMap(({ runs: members }) => members.map(({ id }) => id));
  expect(shown.sort()).toEqual(runs.map(({ id }) => id).sort());
});
