import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { tryLock, type LockResult } from '../../src/folder/exclusiveLock.ts';
import { currentIdentity } from '../../src/folder/identity.ts';
import type { LockFile } from '../../src/protocol/runFiles.ts';
import { bundle, scratch } from './bundle.ts';

const program = bundle(join(import.meta.dirname, 'lockProgram.ts'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('one holder at a time; release frees it, twice does no harm, and never removes somebody else’s', () => {
  const path = join(scratch(), 'engine.lock');
  const first = won(tryLock(path, '/run/one'));
  expect(tryLock(path, '/run/two')).toMatchObject({ holder: { pid: process.pid, folder: '/run/one' } });
  first.release();
  const second = won(tryLock(path, '/run/two'));
  first.release();
  expect(tryLock(path, '/run/three')).toMatchObject({ holder: { folder: '/run/two' } });
  second.release();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

const MINUTE = 60;
const elsewhere = { hostname: 'elsewhere.example' };
test.each<
  [string, { holder?: Partial<LockFile>; text?: string; age?: number; heartbeat?: number }, 'won' | 'held']
>([
  ['a living holder', { holder: {}, age: 9 * MINUTE }, 'held'],
  ['a holder whose pid was reused', { holder: { process_start: 'earlier' } }, 'won'],
  ['a holder from before the last boot', { holder: { boot_id: 'earlier' } }, 'won'],
  ['a fresh unreadable file', { text: '{"pid":', age: 30 }, 'held'],
  ['an old unreadable file', { text: '{"pid":', age: 61 }, 'won'],
  ['an old empty file', { text: '', age: 61 }, 'won'],
  ['a holder elsewhere, heart silent', { holder: elsewhere, age: 2 * MINUTE, heartbeat: 61 }, 'won'],
  ['a holder elsewhere, heart beating', { holder: elsewhere, age: 2 * MINUTE, heartbeat: 30 }, 'held'],
  ['a holder elsewhere that has just begun', { holder: elsewhere, age: 30, heartbeat: 9 * MINUTE }, 'held'],
  ['a holder elsewhere, no heartbeat here', { holder: elsewhere, age: 9 * MINUTE }, 'held'],
  ['a gone holder whose token is a path', { holder: { process_start: 'earlier', token: '../../x' } }, 'won'],
])('%s', (_name, { holder, text, age = 0, heartbeat }, expected) => {
  const folder = scratch();
  const path = join(folder, 'engine.lock');
  write(
    path,
    text ?? JSON.stringify({ ...currentIdentity(), token: 'theirs', folder: '/run', ...holder }),
    age,
  );
  if (heartbeat !== undefined) write(join(folder, 'heartbeat'), '', heartbeat);

  const result = tryLock(path, '/mine');

  expect('lock' in result ? 'won' : 'held').toBe(expected);
  const held: unknown = 'lock' in result ? JSON.parse(readFileSync(path, 'utf8')) : {};
  expect(held).toMatchObject(expected === 'won' ? { folder: '/mine', pid: process.pid } : {});
  expect(readdirSync(folder).filter((name) => /claim|tmp/.test(name))).toEqual([]);
});

test('a claim left by somebody who died while taking over is taken over too', () => {
  const folder = scratch();
  const path = join(folder, 'engine.lock');
  const gone = { ...currentIdentity(), process_start: 'earlier', folder: '/run' };
  const unreadable = 'e3b0c44298fc'; // sha256('') names the claim on a lock without a token
  write(path, 'not a lock', 61);
  write(`${path}.${unreadable}.claim`, JSON.stringify({ ...gone, token: 'a' }), 0);
  won(tryLock(path, '/mine'));
  expect(readdirSync(folder)).toEqual(['engine.lock']);
});

test('a living claimant is named as the holder', () => {
  const path = join(scratch(), 'engine.lock');
  write(path, 'not a lock', 61);
  write(
    `${path}.e3b0c44298fc.claim`,
    JSON.stringify({ ...currentIdentity(), token: 'a', folder: '/rival' }),
    0,
  );
  expect(tryLock(path, '/mine')).toMatchObject({ holder: { folder: '/rival' } });
});

test('a lock that is a link to a file outside is replaced, its target untouched', () => {
  const folder = scratch();
  const victim = join(scratch(), 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, 'engine.lock'));
  expect(tryLock(join(folder, 'engine.lock'), '/mine')).toEqual({ holder: undefined });
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});

test('an old folder in the place of the lock is the Node error, and nothing is left behind', () => {
  const folder = scratch();
  const path = join(folder, 'engine.lock');
  mkdirSync(path);
  utimesSync(path, 1, 1);
  expect(() => tryLock(path, '/mine')).toThrow(/EISDIR|EPERM|EEXIST/);
  expect(readdirSync(folder)).toEqual(['engine.lock']);
});

test('a folder that is not there is the Node error', () => {
  expect(() => tryLock(join(scratch(), 'missing', 'engine.lock'), '/mine')).toThrow('ENOENT');
});

test('a holder that was killed loses its lock at once; a living one keeps it', async () => {
  const folder = scratch();
  write(
    join(folder, 'engine.lock'),
    JSON.stringify({ ...currentIdentity(), process_start: 'x', token: 't', folder: '' }),
    0,
  );
  writeFileSync(join(folder, 'names'), '["engine.lock"]');
  const holder = await race(folder, 1);
  expect(holder[0]?.won).toEqual(['engine.lock']);
  expect(tryLock(join(folder, 'engine.lock'), '/mine')).toMatchObject({
    holder: { pid: holder[0]?.child.pid },
  });
  await kill(holder[0]?.child);
  won(tryLock(join(folder, 'engine.lock'), '/mine'));
});

test.each([
  ['absent', undefined],
  ['stale', 'stale'],
  ['unreadable', 'unreadable'],
])('of six processes racing for thirty %s locks exactly one wins each', async (_name, kind) => {
  const folder = scratch();
  const names = Array.from({ length: 30 }, (_, i) => `${String(i).padStart(2, '0')}.lock`);
  writeFileSync(join(folder, 'names'), JSON.stringify(names));
  for (const name of kind === undefined ? [] : names) {
    const gone = { ...currentIdentity(), process_start: 'earlier', token: `stale ${name}`, folder: '/run' };
    write(join(folder, name), kind === 'unreadable' ? '?' : JSON.stringify(gone), 61);
  }
  const racers = await race(folder, 6);
  expect(racers.flatMap((racer) => racer.won).sort()).toEqual(names);
  for (const { child, won } of racers) {
    for (const name of won) {
      expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toMatchObject({ pid: child.pid });
    }
  }
  expect(readdirSync(folder).filter((name) => /claim|tmp/.test(name))).toEqual([]);
});

interface Racer {
  child: ChildProcess;
  won: string[];
}

/** Starts `count` processes that try the locks listed in the file `names` of a folder at the same moment. */
async function race(folder: string, count: number): Promise<Racer[]> {
  const racers = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  for (const { lines } of racers) expect(await lines.next()).toMatchObject({ value: 'ready' });
  mkdirSync(join(folder, 'go'));
  const results = racers.map(async ({ child, lines }) => {
    const line: IteratorResult<string, unknown> = await lines.next();
    return { child, won: JSON.parse(String(line.value)) as string[] };
  });
  return Promise.all(results);
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined) throw new Error('no such child');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function won(result: LockResult): { release(): void } {
  if ('holder' in result) throw new Error(`held by ${JSON.stringify(result.holder)}`);
  return result.lock;
}

/** Writes a file that was last touched `age` seconds ago. */
function write(path: string, text: string, age: number): void {
  rmSync(path, { force: true });
  writeFileSync(path, text);
  const then = Date.now() / 1_000 - age;
  utimesSync(path, then, then);
}
