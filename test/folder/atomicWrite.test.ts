import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAtomically } from '../../src/folder/atomicWrite.ts';
import { errorCode } from '../../src/folder/errorCode.ts';
import { scratch } from './bundle.ts';

test.each([
  ['text', 'grün\n', Buffer.from('grün\n')],
  ['bytes', new Uint8Array([0, 255, 7]), Buffer.from([0, 255, 7])],
  ['nothing', '', Buffer.alloc(0)],
])('writes %s over what was there and leaves no temporary file', (_name, data, expected) => {
  const folder = scratch();
  const path = join(folder, 'run.json');
  writeFileSync(path, 'older and longer than the new content');
  writeAtomically(path, data);
  expect(readFileSync(path)).toEqual(expected);
  expect(readdirSync(folder)).toEqual(['run.json']);
});

test('replaces a link instead of writing to its target', () => {
  const folder = scratch();
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, 'run.json'));
  writeAtomically(join(folder, 'run.json'), 'new');
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe('new');
});

test('a failure surfaces as the Node error and leaves nothing behind', () => {
  const folder = scratch();
  mkdirSync(join(folder, 'taken', 'full'), { recursive: true });
  expect(codeThrownBy(() => writeAtomically(join(folder, 'taken'), 'x'))).toMatch(
    /^(EISDIR|ENOTEMPTY|EEXIST|EPERM)$/,
  );
  expect(codeThrownBy(() => writeAtomically(join(folder, 'missing', 'file'), 'x'))).toBe('ENOENT');
  expect(readdirSync(folder)).toEqual(['taken']);
});

function codeThrownBy(action: () => void): string | undefined {
  try {
    action();
  } catch (error) {
    return errorCode(error);
  }
  return 'nothing was thrown';
}
