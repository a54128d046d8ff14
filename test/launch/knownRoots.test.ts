import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { knownRoots, knownRootsFolder, rememberRoot } from '../../src/launch/knownRoots.ts';
import { scratch } from '../folder/bundle.ts';

let home: string;
beforeEach(() => {
  home = join(scratch(), 'home');
  vi.stubEnv('HOLDFAST_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const makeRoot = (): string => {
  const root = join(scratch(), '.holdfast');
  mkdirSync(root);
  return root;
};

test('what was remembered is known, each folder once', () => {
  expect(knownRoots()).toEqual([]);
  const [one, two] = [makeRoot(), makeRoot()];
  for (const root of [one, two, one]) rememberRoot(root);
  expect(knownRoots().sort()).toEqual([one, two].sort());
  expect(readdirSync(knownRootsFolder()).length).toBe(2);
  expect(knownRootsFolder()).toBe(join(home, 'roots'));
});

test('nobody else may read where somebody works', () => {
  rememberRoot(makeRoot());
  if (process.platform !== 'win32') expect(statSync(knownRootsFolder()).mode & 0o077).toBe(0);
});

test('a folder that is gone is forgotten for good', () => {
  const [one, two] = [makeRoot(), makeRoot()];
  for (const root of [one, two]) rememberRoot(root);
  rmSync(one, { recursive: true });
  expect(knownRoots()).toEqual([two]);
  mkdirSync(one);
  expect(knownRoots()).toEqual([two]);
});

test.each(['', '{"root":', '{"root":5}', '[]', 'null', `{"root":"${'x'.repeat(20_000)}"}`])(
  'an entry that says %.20j is removed, the others stay',
  (text) => {
    const root = makeRoot();
    rememberRoot(root);
    writeFileSync(join(knownRootsFolder(), 'bad.json'), text);
    expect(knownRoots()).toEqual([root]);
    expect(readdirSync(knownRootsFolder()).length).toBe(1);
  },
);

test('a draft of another window is let be', () => {
  rememberRoot(makeRoot());
  writeFileSync(join(knownRootsFolder(), '.x.json.1.tmp'), '');
  expect(knownRoots().length).toBe(1);
  expect(readdirSync(knownRootsFolder())).toContain('.x.json.1.tmp');
});

test('a home that cannot be written costs comfort only', () => {
  writeFileSync(home, 'a file');
  expect(() => rememberRoot(makeRoot())).not.toThrow();
  expect(knownRoots()).toEqual([]);
});
