import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test, vi } from 'vitest';
import {
  commandLineOf,
  compareBoots,
  currentIdentity,
  identityOf,
  livenessOf,
} from '../../src/folder/identity.ts';
import { parseStat } from '../../src/folder/platform/linux.ts';
import { processTable } from '../../src/folder/platform/processTable.ts';
import { parsePs } from '../../src/folder/platform/ps.ts';
import { parseCim } from '../../src/folder/platform/windows.ts';

const PATIENCE = { timeout: 30_000 };

test('this process is alive, under the same identity each time, and its command line is its own', () => {
  const identity = currentIdentity();
  expect(identity).toEqual(currentIdentity());
  expect(identity).toMatchObject({ pid: process.pid, hostname: hostname() });
  expect(livenessOf(identity)).toBe('alive');
  expect(commandLineOf(process.pid)).toContain('vitest');
});

test.each([
  ['another start: the pid was reused', { process_start: 'earlier' }, 'gone'],
  ['another boot', { boot_id: 'another-boot pid:[1]' }, 'gone'],
  ['no boot at all', { boot_id: 'unheard of' }, 'gone'],
  ['another host', { hostname: 'elsewhere.example' }, 'elsewhere'],
  ['a pid nobody has', { pid: 999_999_999 }, 'gone'],
  ['a pid no system has', { pid: 2 ** 40 }, 'gone'],
] as const)('%s', (_name, change, expected) => {
  expect(livenessOf({ ...currentIdentity(), ...change })).toBe(expected);
});

test.each([0, -1, 1.5, NaN, 999_999_999])('pid %d names no process', (pid) => {
  expect(identityOf(pid)).toBeUndefined();
  expect(commandLineOf(pid)).toBeUndefined();
});

test('a killed child is gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a marker'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? 0);
  if (identity === undefined) throw new Error('the child has no identity');
  expect(livenessOf(identity)).toBe('alive');
  expect(commandLineOf(identity.pid)).toContain('a marker');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(livenessOf(identity)).toBe('gone');
});

test.runIf(process.platform === 'linux')(
  'a zombie is gone, though its pid still answers signal 0',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      // A shell collects its children; the `sleep` that it becomes does not, so the child must not end earlier.
      await vi.waitUntil(() => commandLineOf(parent.pid ?? 0)?.startsWith('sleep'), PATIENCE);
      process.kill(pid, 'SIGKILL');
      await vi.waitUntil(() => processTable().entryOf(pid)?.zombie, PATIENCE);
      expect(process.kill(pid, 0)).toBe(true);
      expect(identityOf(pid)).toBeUndefined();
      expect(
        livenessOf({ ...currentIdentity(), pid, process_start: processTable().entryOf(pid)?.start ?? '' }),
      ).toBe('gone');
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

test.each([
  ['boot pid:[1]', 'boot pid:[1]', 'same'],
  ['boot pid:[2]', 'boot pid:[1]', 'elsewhere'],
  ['boot', 'boot pid:[1]', 'same'],
  ['older pid:[1]', 'boot pid:[1]', 'gone'],
  ['', '', 'same'],
] as const)('boot %j seen from %j is %s', (recorded, here, expected) => {
  expect(compareBoots(recorded, here)).toBe(expected);
});

const STAT_TAIL = '1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 8675309 1000 200';
test.each([
  [`42 (node) S ${STAT_TAIL}`, { parent: 1, group: 42, start: '8675309', zombie: false }],
  [`42 (a) b) (R 1 2) Z ${STAT_TAIL}`, { parent: 1, group: 42, start: '8675309', zombie: true }],
  ['42 (node) S 1 42', undefined],
  ['', undefined],
])('stat %j', (text, expected) => {
  expect(parseStat(text)).toEqual(expected);
});

test('what ps prints', () => {
  const text = [
    '  501     1   501 Ss   Mon Jan  5 09:08:07 2026     /usr/bin/python3 -m holdfast_torch /a b/run --token T',
    '  502   501   501 Z+   Wed Dec 31 23:59:59 2025     (python3)',
    'a warning of some kind',
    '',
  ].join('\n');
  expect(parsePs(text)).toEqual([
    {
      pid: 501,
      parent: 1,
      group: 501,
      start: 'Mon Jan  5 09:08:07 2026',
      zombie: false,
      commandLine: '/usr/bin/python3 -m holdfast_torch /a b/run --token T',
    },
    {
      pid: 502,
      parent: 501,
      group: 501,
      start: 'Wed Dec 31 23:59:59 2025',
      zombie: true,
      commandLine: '(python3)',
    },
  ]);
});

const columns = 'pid=,ppid=,pgid=,state=,lstart=,command=';
const ps = spawnSync('ps', ['-ww', '-o', columns, '-p', String(process.pid)], {
  encoding: 'utf8',
  env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
});
test.skipIf(ps.error !== undefined || ps.status !== 0)(
  'what the ps of this system prints is understood',
  () => {
    const [entry] = parsePs(ps.stdout);
    const { parent, group } = processTable().entryOf(process.pid) ?? {};
    expect(entry).toMatchObject({ pid: process.pid, parent, group, zombie: false });
  },
);

test('what PowerShell prints', () => {
  const text =
    '7\t4\t638000000000000000\t"C:\\x y\\node.exe" run\tlong\r\n8\t4\t638000000000000001\t\r\nnoise\r\n';
  const seven = {
    pid: 7,
    parent: 4,
    start: '638000000000000000',
    commandLine: '"C:\\x y\\node.exe" run\tlong',
  };
  const eight = { pid: 8, parent: 4, start: '638000000000000001', commandLine: '' };
  expect(parseCim(text)).toEqual([seven, eight].map((entry) => ({ ...entry, group: 0, zombie: false })));
});
