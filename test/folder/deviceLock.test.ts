import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { holdfastHome, tryDeviceLock } from '../../src/folder/deviceLock.ts';
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
