import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createRun, runId } from '../../src/launch/createRun.ts';
import { fileProblem } from '../../src/launch/fileProblem.ts';
import { dataFiles } from '../../src/launch/fingerprint.ts';
import { readRunFile } from '../../src/launch/runReader.ts';
import { RunConfigSchema } from '../../src/protocol/runConfig.ts';
import { makeProject, type FakeProject } from './fakeRuns.ts';

const create = ({ folder, config, configFile }: FakeProject): Promise<{ id: string; folder: string }> =>
  createRun({
    root: join(folder, '.holdfast'),
    config,
    origins: { seed: 'flag' },
    configFile,
    versions: { holdfast: '1' },
  });

test('a run folder is complete, named after its config, and says what was asked', async () => {
  const project = makeProject();
  const { id, folder } = await create(project);
  expect(id).toMatch(/^\d{8}-\d{6}-support-[0-9a-z]{4}$/);
  expect(basename(folder)).toBe(id);
  expect(readdirSync(folder).sort()).toEqual(['checkpoints', 'commands', 'probes', 'run.json']);
  const path = join(project.folder, 'rows.jsonl');
  const content = readFileSync(path);
  expect(readRunFile(folder)).toMatchObject({
    value: {
      protocol: '1.0',
      id,
      config: project.config,
      config_file: project.configFile,
      origins: { seed: 'flag' },
      data: [{ path, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }],
    },
  });
});

test('twenty runs at the same moment are twenty folders, and nothing half-made is left', async () => {
  const project = makeProject();
  const runs = await Promise.all(Array.from({ length: 20 }, () => create(project)));
  const names = readdirSync(dirname(runs[0]?.folder ?? ''));
  expect(names.sort()).toEqual(runs.map(({ id }) => id).sort());
});

test.each([
  ['/x/support.sft.yaml', 0, '20260102-030405-support-0000'],
  ['C:/my project/Größe v1.2.sft.yml', 36 ** 4 - 1, '20260102-030405-Gr-e-v1-2-zzzz'],
  ['/x/..sft.json', 35, '20260102-030405-run-000z'],
  ['/x/報告.yaml', 36, '20260102-030405-run-0010'],
  [`/x/${'a'.repeat(200)}.yaml`, 1, `20260102-030405-${'a'.repeat(40)}-0001`],
  [null, 1, '20260102-030405-run-0001'],
])('%s -> %s', (configFile, random, expected) => {
  expect(runId('2026-01-02T03:04:05.678Z', configFile, random)).toBe(expected);
});

test('every data file is fingerprinted, each once', () => {
  const config = RunConfigSchema.parse({
    version: 1,
    model_name_or_path: '/m',
    train_file: [{ path: '/a' }, { path: '/b', weight: 2 }],
    eval_file: '/c',
    probes: { sets: [{ name: 'p', file: '/d' }] },
  });
  expect(dataFiles(config)).toEqual(['/a', '/b', '/c', '/d']);
});

test('a data file that is missing or a folder is one sentence, and no run is made', async () => {
  const project = makeProject();
  const data = join(project.folder, 'rows.jsonl');
  rmSync(data);
  await expect(create(project)).rejects.toThrow(
    `Cannot read the data file ${data}: it does not exist; correct the path.`,
  );
  mkdirSync(data);
  await expect(create(project)).rejects.toThrow(
    `Cannot read the data file ${data}: it is not a regular file`,
  );
  expect(readdirSync(project.folder)).not.toContain('.holdfast');
});

test('a place that cannot be written is one sentence', async () => {
  const project = makeProject();
  writeFileSync(join(project.folder, '.holdfast'), 'a file');
  await expect(create(project)).rejects.toThrow(
    /^Cannot create the run folder .*: a part of the path is a file, .*\.$/,
  );
});

test.each([
  ['ENOSPC', 'Cannot write /x: the disk is full; free some space and try again.'],
  ['EROFS', 'Cannot write /x: the disk is read-only; choose a folder that can be written.'],
  ['EACCES', 'Cannot write /x: permission is denied; change the permissions or choose another folder.'],
  ['EIO', 'Cannot write /x: something; check the path and try again.'],
])('%s -> %s', (code, expected) => {
  expect(fileProblem('write', '/x', Object.assign(new Error('something'), { code })).message).toBe(expected);
});
