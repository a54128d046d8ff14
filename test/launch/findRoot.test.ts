import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { holdfastFolderFor } from '../../src/launch/findRoot.ts';
import { scratch } from '../folder/bundle.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [
    'the nearest ancestor that has one',
    ['.holdfast', 'a/.holdfast', 'a/b'],
    'a/b/x.sft.yaml',
    '.',
    'a/.holdfast',
  ],
  ['beside the config, if one is there', ['.holdfast', 'a/.holdfast'], 'a/x.sft.yaml', '.', 'a/.holdfast'],
  ['above the workspace too', ['.holdfast', 'a/b'], 'a/b/x.sft.yaml', 'a', '.holdfast'],
  ['the workspace where none is', ['a/b'], 'a/b/x.sft.yaml', 'a', 'a/.holdfast'],
  ['beside the config without a workspace', ['a/b'], 'a/b/x.sft.yaml', undefined, 'a/b/.holdfast'],
  [
    'not the user’s own folder',
    ['.home/.holdfast', '.home/a'],
    '.home/a/x.sft.yaml',
    undefined,
    '.home/a/.holdfast',
  ],
])('%s', (_name, folders, config, workspace, expected) => {
  const base = scratch();
  for (const folder of folders) mkdirSync(join(base, folder), { recursive: true });
  vi.stubEnv('HOLDFAST_HOME', join(base, '.home', '.holdfast'));
  const found = holdfastFolderFor(
    join(base, config),
    workspace === undefined ? undefined : join(base, workspace),
  );
  expect(found).toBe(join(base, expected));
  expect(existsSync(found)).toBe(true);
});

test('a file of that name is passed over', () => {
  const base = scratch();
  mkdirSync(join(base, 'a'));
  writeFileSync(join(base, '.holdfast'), '');
  expect(holdfastFolderFor(join(base, 'a', 'x.sft.yaml'))).toBe(join(base, 'a', '.holdfast'));
});

test('a new folder hides itself from git; an old one is left as it is', () => {
  const base = scratch();
  const made = holdfastFolderFor(join(base, 'x.sft.yaml'));
  expect(readFileSync(join(made, '.gitignore'), 'utf8')).toBe('*\n');
  writeFileSync(join(made, '.gitignore'), 'mine');
  holdfastFolderFor(join(base, 'x.sft.yaml'));
  expect(readFileSync(join(made, '.gitignore'), 'utf8')).toBe('mine');
});

test('a folder that cannot be made is one sentence', () => {
  const base = scratch();
  writeFileSync(join(base, 'file'), '');
  expect(() => holdfastFolderFor(join(base, 'file', 'x.sft.yaml'))).toThrow(
    /^Cannot create .*file.\.holdfast: .*\.$/,
  );
});
