import { readdirSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { holdfastHome, placesOnCpu, tryDeviceLock } from '../../src/folder/deviceLock.ts';
import { scratch } from './bundle.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['/somewhere/else', '/somewhere/else'],
  ['', join(homedir(), '.holdfast')],
])('HOLDFAST_HOME=%j -> %s', (value, expected) => {
  vi.stubEnv('HOLDFAST_HOME', value);
  expect(holdfastHome()).toBe(expected);
});

test('one run per device, and devices do not disturb each other', () => {
  const home = join(scratch(), 'not', 'there', 'yet');
  vi.stubEnv('HOLDFAST_HOME', home);
  const names = ['cpu', 'cuda:0', 'cuda-0', '../../escape'];
  const locks = names.map((device) => tryDeviceLock(device, `/run/on ${device}`));
  expect(locks.every((result) => 'lock' in result)).toBe(true);
  expect(tryDeviceLock('cuda:0', '/run/other')).toMatchObject({ holder: { folder: '/run/on cuda:0' } });
  expect(readdirSync(join(home, 'devices'))).toHaveLength(names.length);
  for (const result of locks) if ('lock' in result) result.lock.release();
  expect(readdirSync(join(home, 'devices'))).toEqual([]);
});

test('as many runs as a device has places; the next one is told of the first', () => {
  vi.stubEnv('HOLDFAST_HOME', scratch());
  const [first, second, third] = ['/a', '/b', '/c'].map((folder) => tryDeviceLock('cpu', folder, 2));
  expect([first, second].every((result) => result !== undefined && 'lock' in result)).toBe(true);
  expect(third).toMatchObject({ holder: { folder: '/a' } });
  if (first !== undefined && 'lock' in first) first.lock.release();
  expect(tryDeviceLock('cpu', '/d', 2)).toHaveProperty('lock');
});

test.each([
  ['3', 3],
  ['', availableParallelism()],
  ['none', availableParallelism()],
  ['0', availableParallelism()],
])('HOLDFAST_CPU_RUNS=%j: %d places', (value, expected) => {
  vi.stubEnv('HOLDFAST_CPU_RUNS', value);
  expect(placesOnCpu()).toBe(expected);
});
