import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tryDeviceLock } from '../../src/folder/deviceLock.ts';
import { tryLock } from '../../src/folder/exclusiveLock.ts';
import { runPaths } from '../../src/folder/layout.ts';
import { livenessOfRun } from '../../src/launch/runReader.ts';
import { resumeRun } from '../../src/launch/resumeRun.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { stopRun } from '../../src/launch/stopRun.ts';
import { scratch } from '../folder/bundle.ts';
import { eventsOf, hasEnded, makeRun, processOf, sweep } from './fakeRuns.ts';

// The fake engine shows what engines may do wrong; here the one that is shipped, as far as it comes without a model.

const PATIENCE = { timeout: 120_000 };
const GRACE = { graceSeconds: 60 };
const engine = {
  command: process.execPath,
  args: [join(import.meta.dirname, '..', '..', 'dist', 'engines', 'tfjs', 'main.js')],
};

let folder: string;
beforeEach(async () => {
  // Its own device locks, so that the user's runs and these do not wait for each other.
  vi.stubEnv('HOLDFAST_HOME', scratch());
  // One place: the second run has to wait for the first.
  vi.stubEnv('HOLDFAST_CPU_RUNS', '1');
  folder = await makeRun();
});
afterEach(() => {
  sweep(folder);
  vi.unstubAllEnvs();
});

test('why it refuses to begin is all that the starter is told', async () => {
  const held = tryLock(runPaths(folder).engineLock, folder);
  if (!('lock' in held)) throw new Error('a fresh run is locked');
  await expect(startEngine({ folder, engine })).rejects.toThrow(
    new RegExp(`^Another engine \\(process ${process.pid} on .*\\) works in .*: stop it first\\.$`),
  );
  expect(eventsOf(folder)).toEqual([]);
  held.lock.release();
});

test('it waits for its device, is stopped, resumed as attempt 2, and ends with its reason', async () => {
  const held = tryDeviceLock('cpu', '/another/run');
  if (!('lock' in held)) throw new Error('a fresh device is locked');
  const typesOf = (attempt: number): string[] => {
    const types = eventsOf(folder).map(({ type }) => type);
    return attempt === 1 ? types : types.slice(types.lastIndexOf('hello'));
  };

  await startEngine({ folder, engine });
  await vi.waitUntil(() => typesOf(1).includes('progressed'), PATIENCE);
  expect(livenessOfRun(folder).process).toBe('alive');
  expect(await stopRun(folder, GRACE)).toBe('stopped politely');
  expect(typesOf(1)).toEqual(['hello', 'progressed', 'acknowledged', 'stopped']);

  held.lock.release();
  await resumeRun({ folder, status: 'stopped', engine });
  expect(processOf(folder).attempt).toBe(2);
  await vi.waitUntil(() => hasEnded(folder), PATIENCE);
  expect(typesOf(2).at(-1)).toBe('failed');
  expect(eventsOf(folder).map(({ seq }) => seq)).toEqual(eventsOf(folder).map((_, index) => index));
});

test('one that hangs is ended by force, and its lock is free for the next', async () => {
  expect(tryDeviceLock('cpu', '/another/run')).toHaveProperty('lock');
  await startEngine({ folder, engine });
  process.kill(processOf(folder).pid, 'SIGSTOP');
  expect(await stopRun(folder, { graceSeconds: 0.3 })).toBe('killed');
  expect(hasEnded(folder)).toBe(true);
  expect(tryLock(runPaths(folder).engineLock, folder)).toHaveProperty('lock');
});
