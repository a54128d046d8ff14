import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { currentIdentity } from '../../src/folder/identity.ts';
import { createRun } from '../../src/launch/createRun.ts';
import { listRuns } from '../../src/launch/findRuns.ts';
import { livenessOfRun, readProcessFile } from '../../src/launch/runReader.ts';
import { scratch } from '../folder/bundle.ts';
import { makeProject, makeRun } from './fakeRuns.ts';

test('no folder, no runs; drafts and files are none', () => {
  const root = scratch();
  expect(listRuns(root)).toEqual([]);
  mkdirSync(join(root, 'runs', '.20260101-000000-x-0000.tmp'), { recursive: true });
  writeFileSync(join(root, 'runs', 'notes.txt'), '');
  expect(listRuns(root)).toEqual([]);
});

test('good and broken runs are listed side by side, oldest first', async () => {
  const { folder, config, configFile } = makeProject();
  const root = join(folder, '.holdfast');
  const { id } = await createRun({ root, config, origins: {}, configFile, versions: {} });
  const runs = join(root, 'runs');
  for (const name of ['u-empty', 'v-torn', 'w-future', 'x-deep', 'y-secret']) mkdirSync(join(runs, name));
  writeFileSync(join(runs, 'v-torn', 'run.json'), '{\n  "protocol":"1.0"');
  writeFileSync(join(runs, 'w-future', 'run.json'), '{"protocol":"7.0","all":"different"}');
  writeFileSync(join(runs, 'x-deep', 'run.json'), '['.repeat(100) + ']'.repeat(100));
  writeFileSync(join(folder, 'secret'), 'private key');
  symlinkSync(join(folder, 'secret'), join(runs, 'y-secret', 'run.json'));
  symlinkSync(folder, join(runs, 'z-link'));

  const entries = listRuns(root);

  const names = ['u-empty', 'v-torn', 'w-future', 'x-deep', 'y-secret', 'z-link'];
  expect(entries.map((entry) => entry.id)).toEqual([id, ...names]);
  expect(entries[0]).toMatchObject({ id, folder: join(runs, id), run: { config } });
  const problems = entries.slice(1).map((entry) => ('problem' in entry ? entry.problem : ''));
  const expected = [
    'no run.json',
    'not JSON',
    'protocol 7.0',
    'nested deeper',
    'leads out',
    'link that leads out',
  ];
  expected.forEach((part, i) => expect(problems[i]).toContain(part));
  for (const problem of problems) expect(problem).toMatch(/^.*\.$/);
  expect(problems.join()).not.toContain('private');
});

test('liveness of a run: none, alive, gone, elsewhere; and the ages of its heartbeat and its run.json', async () => {
  const folder = await makeRun();
  expect(livenessOfRun(folder)).toMatchObject({ process: 'none', heartbeat_age_seconds: undefined });

  const engine = {
    ...currentIdentity(),
    protocol: '1.0',
    token: 't',
    engine: 'fake',
    engine_version: '0',
    attempt: 1,
  };
  const check = (change: object, expected: string): void => {
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...engine, ...change }));
    expect(livenessOfRun(folder).process).toBe(expected);
  };
  check({}, 'alive');
  check({ process_start: 'earlier' }, 'gone');
  check({ hostname: 'elsewhere.example' }, 'elsewhere');
  check({ pid: -1 }, 'none');
  expect(readProcessFile(folder)).toHaveProperty('problem');

  writeFileSync(join(folder, 'heartbeat'), '');
  for (const [name, age] of [
    ['heartbeat', 1_000],
    ['run.json', 5_000],
  ] as const) {
    const then = Date.now() / 1_000 - age;
    utimesSync(join(folder, name), then, then);
  }
  const { heartbeat_age_seconds: silence = 0, run_age_seconds: age = 0 } = livenessOfRun(folder);
  expect([silence, age].map((seconds) => Math.floor(seconds / 1_000))).toEqual([1, 5]);
});
