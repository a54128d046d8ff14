import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { identityOf } from '../../src/folder/identity.ts';
import type { ProcessEntry } from '../../src/folder/platform/processEntry.ts';
import { familyOf } from '../../src/launch/killTree.ts';
import { sendCommand } from '../../src/launch/sendCommand.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { isEngineOf, stopRun } from '../../src/launch/stopRun.ts';
import { CommandSchema } from '../../src/protocol/commands.ts';
import { scratch } from '../folder/bundle.ts';
import {
  BUSY,
  eventsOf,
  fakeEngine,
  grandchildOf,
  hasEnded,
  isAlive,
  makeRun,
  processOf,
  sweep,
} from './fakeRuns.ts';

const PATIENCE = { timeout: 120_000 };
const GRACE = { graceSeconds: 30 };
const NO_GRACE = { graceSeconds: 0.3 };

describe('stopRun', () => {
  let folder: string;
  let innocent: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await makeRun();
  });
  afterEach(() => {
    sweep(folder);
    innocent?.kill('SIGKILL');
    innocent = undefined;
  });

  const start = (...flags: string[]) => startEngine({ folder, engine: fakeEngine(...BUSY, ...flags) });

  /** A process that has nothing to do with the run; `args` make its command line. */
  const startInnocent = async (...args: string[]): Promise<number> => {
    innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', ...args], {
      stdio: 'ignore',
    });
    const pid = innocent.pid ?? 0;
    await vi.waitUntil(() => isAlive(pid), PATIENCE);
    return pid;
  };
  const forge = (change: object): void =>
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...processOf(folder), ...change }));

  test('a run that never started, or has ended, was not running', async () => {
    expect(await stopRun(folder, GRACE)).toBe('was not running');
    await startEngine({ folder, engine: fakeEngine('--steps', '1') });
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    expect(await stopRun(folder, GRACE)).toBe('was not running');
  });

  test('polite: the engine saves, says so, and is gone', async () => {
    await start();
    expect(await stopRun(folder, GRACE)).toBe('stopped politely');
    expect(hasEnded(folder)).toBe(true);
    const ends = eventsOf(folder).slice(-3);
    expect(ends.map(({ type }) => type)).toEqual(['acknowledged', 'saved', 'stopped']);
    expect(ends[0]).toMatchObject({
      accepted: true,
      command: readdirSync(join(folder, 'commands'))[0]?.replace('.json', ''),
    });
  });

  test.each([
    ['an engine that never looks', ['--deaf']],
    ['an engine that is deaf to SIGTERM too', ['--deaf', '--ignore-sigterm']],
  ])('firm: %s is killed', async (_name, flags) => {
    await start(...flags);
    expect(await stopRun(folder, NO_GRACE)).toBe('killed');
    expect(hasEnded(folder)).toBe(true);
  });

  test.each([
    ['goes with its parent, deaf as well', ['--deaf', '--ignore-sigterm']],
    ['goes after its parent, which SIGTERM ends first', ['--deaf']],
  ])('firm: a grandchild that ignores SIGTERM %s', async (_name, flags) => {
    await start('--grandchild', ...flags);
    await vi.waitUntil(() => grandchildOf(folder) !== undefined, PATIENCE);
    const grandchild = grandchildOf(folder) ?? 0;
    expect(isAlive(grandchild)).toBe(true);
    expect(await stopRun(folder, NO_GRACE)).toBe('killed');
    expect(isAlive(grandchild)).toBe(false);
  });

  test('firm stop works where commands cannot be written', async () => {
    await start('--deaf');
    rmSync(join(folder, 'commands'), { recursive: true });
    writeFileSync(join(folder, 'commands'), 'in the way');
    expect(await stopRun(folder, GRACE)).toBe('killed');
  });

  test('a foreign pid in process.json is never signalled', async () => {
    const pid = await startInnocent();
    await start('--foreign', String(pid), '--deaf');
    expect(processOf(folder).pid).toBe(pid);
    await expect(stopRun(folder, NO_GRACE)).rejects.toThrow(`Process ${pid} is not ended by force`);
    expect(isAlive(pid)).toBe(true);
  });

  test('naming the folder does not make a process an engine, whatever the token', async () => {
    const pid = await startInnocent(join(folder, 'run.json'), folder, '--token', 'e');
    await start('--deaf');
    for (const token of ['', 'e', processOf(folder).token]) {
      forge({ ...identityOf(pid), token });
      await expect(stopRun(folder, NO_GRACE)).rejects.toThrow('is not ended by force');
    }
    expect(isAlive(pid)).toBe(true);
  });

  test('a pid given to somebody else since is not signalled: the engine is gone', async () => {
    const pid = await startInnocent();
    await start();
    forge({ ...identityOf(pid), process_start: 'earlier' });
    expect(await stopRun(folder, NO_GRACE)).toBe('was not running');
    expect(isAlive(pid)).toBe(true);
  });

  test('a run on another host is asked, never signalled', async () => {
    await start('--deaf');
    const { pid } = processOf(folder);
    forge({ hostname: 'elsewhere.example' });
    await expect(stopRun(folder, NO_GRACE)).rejects.toThrow(
      'works on elsewhere.example and has not stopped yet',
    );
    expect(isAlive(pid)).toBe(true);
    expect(readdirSync(join(folder, 'commands'))).toHaveLength(1);
  });

  test('a run on another host that heeds the command has stopped', async () => {
    await start();
    forge({ hostname: 'elsewhere.example' });
    expect(await stopRun(folder, GRACE)).toBe('stopped politely');
    expect(await stopRun(folder, GRACE)).toBe('was not running');
  });

  test('a broken process.json is a sentence', async () => {
    writeFileSync(join(folder, 'process.json'), '{"pid":"1"}');
    await expect(stopRun(folder, GRACE)).rejects.toThrow(/^Cannot use .*process\.json: .*\.$/);
  });

  test('commands: pause, continue, save and evaluate are answered by their ids', async () => {
    await start();
    const names = ['pause', 'continue', 'save', 'evaluate'] as const;
    for (const name of names) {
      const id = sendCommand(folder, name, 'because');
      const answered = (): boolean =>
        eventsOf(folder).some((event) => event.type === 'acknowledged' && event.command === id);
      await vi.waitUntil(answered, PATIENCE);
    }
    await vi.waitUntil(() => eventsOf(folder).some(({ type }) => type === 'evaluated'), PATIENCE);
    const types = new Set(eventsOf(folder).map(({ type }) => type));
    for (const type of ['paused', 'continued', 'saved', 'evaluated'] as const) expect(types).toContain(type);
  });
});

test('a command is whole, within the caps, and leaves no temporary file', async () => {
  const folder = await makeRun();
  const id = sendCommand(folder, 'stop', 'x'.repeat(5_000));
  expect(readdirSync(join(folder, 'commands'))).toEqual([`${id}.json`]);
  const said: unknown = JSON.parse(readFileSync(join(folder, 'commands', `${id}.json`), 'utf8'));
  expect(CommandSchema.parse(said)).toMatchObject({ protocol: '1.0', command: 'stop' });
});

test('commands/ as a link out of the folder is refused', async () => {
  const folder = await makeRun();
  const outside = scratch();
  rmSync(join(folder, 'commands'), { recursive: true });
  symlinkSync(outside, join(folder, 'commands'));
  expect(() => sendCommand(folder, 'stop')).toThrow(/leads out of the run folder; remove the link\.$/);
  expect(readdirSync(outside)).toEqual([]);
});

const TOKEN = '0f8fad5b-d9cb-469f-a165-70867728950e';
test.each([
  [`node engine.mjs /r/run --token ${TOKEN}`, TOKEN, true],
  [`"C:\\node.exe" "engine.mjs" "/r/run" --token ${TOKEN}`, TOKEN, true],
  [`node engine.mjs /r/run --token ${TOKEN} --more`, TOKEN, true],
  [`node engine.mjs /r/run-2 --token ${TOKEN}`, TOKEN, false],
  [`node engine.mjs /r/run/run.json --token ${TOKEN}`, TOKEN, false],
  [`node engine.mjs /r/run --token ${TOKEN}0`, TOKEN, false],
  [`node engine.mjs /r/run ${TOKEN}`, TOKEN, false],
  ['node engine.mjs /r/run --token short', 'short', false],
  ['node engine.mjs /r/run --token ', '', false],
  ['', TOKEN, false],
])('%j under %j: %s', (commandLine, token, expected) => {
  expect(isEngineOf(commandLine, '/r/run', token)).toBe(expected);
});

describe('familyOf', () => {
  const one = (
    pid: number,
    parent: number,
    group: number,
    change: Partial<ProcessEntry> = {},
  ): ProcessEntry => {
    return { pid, parent, group, start: `${pid}`, zombie: false, commandLine: '', ...change };
  };
  const root = { pid: 10, process_start: '10' };
  const others = [one(1, 0, 1), one(99, 1, 99)];

  test.each<[string, ProcessEntry[], [number, string][], boolean, number[]]>([
    [
      'root, children, their children',
      [one(10, 1, 10), one(12, 11, 12), one(11, 10, 10)],
      [],
      true,
      [10, 11, 12],
    ],
    ['the group outlives its leader', [one(11, 1, 10), one(12, 11, 12)], [], true, [11, 12]],
    ['a group that root does not lead', [one(10, 9, 10), one(11, 9, 10)], [], false, [10]],
    ['a pid that was reused', [one(10, 1, 10, { start: 'later' }), one(11, 10, 10)], [], true, []],
    ['a known one whose parent died', [one(13, 1, 13)], [[13, '13']], true, [13]],
    ['a known pid that was reused', [one(13, 1, 13)], [[13, 'earlier']], true, []],
    ['a zombie, but not its child', [one(10, 1, 10, { zombie: true }), one(11, 10, 11)], [], true, [11]],
    ['never this process', [one(10, 1, 10), one(process.pid, 10, 10)], [], true, [10]],
  ])('%s', (_name, entries, known, leads, expected) => {
    const all = new Map([[root.pid, root.process_start], ...known]);
    const family = familyOf([...others, ...entries], root, all, leads);
    expect(family.map(({ pid }) => pid).sort()).toEqual(expected);
  });
});
