import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { currentIdentity } from '../../src/folder/identity.ts';
import { runPaths } from '../../src/folder/layout.ts';
import { createJob } from '../../src/launch/jobs.ts';
import { holdfastFolderFor } from '../../src/launch/findRoot.ts';
import { listRuns } from '../../src/launch/findRuns.ts';
import { readRunFile } from '../../src/launch/runReader.ts';
import { makeProject } from './fakeRuns.ts';

const project = makeProject();
const root = holdfastFolderFor(project.configFile);
const makeJob = (): Promise<{ id: string; folder: string }> =>
  createJob({ root, config: project.config, versions: {}, job: { kind: 'probe' } });

test('a job lies beside the runs, says what it is, and is no run', async () => {
  const { id, folder } = await makeJob();
  expect(id).toMatch(/^\d{8}-\d{6}-probe-\w{4}$/);
  expect(folder).toBe(join(root, 'jobs', id));
  expect(readRunFile(folder)).toMatchObject({ value: { job: { kind: 'probe' } } });
  expect(listRuns(root)).toEqual([]);
});

test('who only asks questions needs no data file', async () => {
  const config = { ...project.config, train_file: '/nowhere/rows.jsonl' };
  const asker = currentIdentity();
  const made = await createJob({
    root,
    config,
    versions: {},
    job: { kind: 'ask', asker, max_new_tokens: 64 },
  });
  expect(readRunFile(made.folder)).toMatchObject({ value: { data: [] } });
  await expect(createJob({ root, config, versions: {}, job: { kind: 'probe' } })).rejects.toThrow(
    /Cannot read the data file \/nowhere/,
  );
});

const HELLO =
  '{"seq":0,"time":"2026-03-14T09:15:00.000Z","type":"hello","protocol":"1.0","attempt":1,"engine":"tfjs","engine_version":"0","versions":{},"pid":1,"device":{"name":"CPU","kind":"cpu","memory_bytes":1},"backend":"wasm","dtype":"float32","world_size":1}\n';
const ENDINGS = {
  stopped: '{"seq":1,"time":"2026-03-14T09:15:01.000Z","type":"stopped","step":0,"reason":"enough"}\n',
  failed:
    '{"seq":1,"time":"2026-03-14T09:15:01.000Z","type":"failed","code":"x","message":"It failed.","detail":""}\n',
  none: '',
};
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

test.each([
  ['stopped', 'gone', 2 * MINUTE, 'removed'],
  // Its maker may be about to read what it has left.
  ['stopped', 'gone', MINUTE / 2, 'kept'],
  ['stopped', 'alive', 8 * DAY, 'kept'],
  ['failed', 'gone', 6 * DAY, 'kept'],
  ['failed', 'gone', 8 * DAY, 'removed'],
  ['none', 'gone', 2 * MINUTE, 'kept'],
] as const)('a job that %s, its process %s, %d s ago: %s', async (ending, process, age, expected) => {
  const { folder } = await makeJob();
  const paths = runPaths(folder);
  const engine = {
    ...currentIdentity(),
    ...(process === 'gone' ? { process_start: 'long ago' } : {}),
    protocol: '1.0',
    token: 'a-token-of-a-test',
    engine: 'tfjs',
    engine_version: '0',
    attempt: 1,
  };
  writeFileSync(paths.processFile, JSON.stringify(engine));
  writeFileSync(paths.events, HELLO + ENDINGS[ending]);
  writeFileSync(paths.heartbeat, '');
  const then = new Date(Date.now() - 1_000 * age);
  for (const path of [paths.heartbeat, paths.runFile]) utimesSync(path, then, then);
  await makeJob();
  expect(existsSync(folder)).toBe(expected === 'kept');
});
