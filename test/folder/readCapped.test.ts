import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTextCapped } from '../../src/folder/readCapped.ts';
import { scratch } from './bundle.ts';

test.each([
  ['', { text: '' }],
  ['1234567', { text: '1234567' }],
  ['12345678', { text: '12345678' }],
  ['123456789', { problem: '9 bytes long, more than 8' }],
  ['ü234567', { text: 'ü234567' }],
])('%j under a cap of 8 bytes -> %j', (content, expected) => {
  const path = join(scratch(), 'file');
  writeFileSync(path, content);
  expect(readTextCapped(path, 8)).toEqual(expected);
});

test('missing is undefined; a folder is a problem; a link is followed', () => {
  const folder = scratch();
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'file'), 'here');
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  expect(readTextCapped(join(folder, 'none'), 8)).toBeUndefined();
  expect(readTextCapped(join(folder, 'sub'), 8)).toHaveProperty('problem');
  expect(readTextCapped(join(folder, 'file', 'below'), 8)).toHaveProperty('problem');
  expect(readTextCapped(join(folder, 'link'), 8)).toEqual({ text: 'here' });
});

test.skipIf(process.platform === 'win32')('a pipe or a device is refused and never waited for', () => {
  const pipe = join(scratch(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(readTextCapped(pipe, 8)).toEqual({ problem: 'not a regular file' });
  expect(readTextCapped('/dev/zero', 8)).toEqual({ problem: 'not a regular file' });
});
