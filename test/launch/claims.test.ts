import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claim } from '../../src/launch/claims.ts';
import { bundle, scratch } from '../folder/bundle.ts';

let home: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  home = join(scratch(), 'home');
  vi.stubEnv('HOLDFAST_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('the first to claim a key is told so, once; another key is another claim', () => {
  expect([claim('a'), claim('a'), claim('b'), claim('b'), claim('')]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});

test('a key may be anything: it names no file', () => {
  const odd = ['../../x', 'a/b', 'C:\\x', 'x'.repeat(10_000), 'a\0b', '😀'];
  expect(odd.map(claim)).toEqual(odd.map(() => true));
  expect(odd.map(claim)).toEqual(odd.map(() => false));
  expect(readdirSync(home)).toEqual(['claims']);
  expect(readdirSync(join(home, 'claims')).length).toBe(odd.length);
});

test('claims of last week are cleared away by the next, younger ones stay', () => {
  claim('old');
  const path = join(home, 'claims', readdirSync(join(home, 'claims'))[0] ?? '');
  const ago = (days: number): number => Date.now() / 1_000 - days * 86_400;
  utimesSync(path, ago(6), ago(6));
  claim('another');
  expect(claim('old')).toBe(false);
  utimesSync(path, ago(8), ago(8));
  claim('a third');
  expect(claim('old')).toBe(true);
});

test('where nothing can be written everybody is the first: rather twice than never', () => {
  writeFileSync(home, 'a file');
  expect([claim('a'), claim('a')]).toEqual([true, true]);
});

test('of processes that claim at the same moment exactly one is the first, for every key', async () => {
  const program = bundle(join(import.meta.dirname, 'claimProgram.ts'));
  const go = join(scratch(), 'go');
  const racers = Array.from({ length: 3 }, () => {
    const child = spawn(process.execPath, [program, go], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout });
    return { lines: lines[Symbol.asyncIterator](), ended: once(child, 'exit') };
  });
  for (const { lines } of racers) expect((await lines.next()).value).toBe('ready');
  writeFileSync(go, '');
  const won = await Promise.all(
    racers.map(async ({ lines }) => JSON.parse(String((await lines.next()).value)) as string[]),
  );
  const expected = Array.from({ length: 300 }, (_, index) => `run ${index} finished`);
  expect(won.flat().sort()).toEqual(expected.sort());
  await Promise.all(racers.map(({ ended }) => ended));
});
