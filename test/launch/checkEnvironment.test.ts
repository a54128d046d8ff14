import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkEnvironment, type CheckedPlaces, type Finding } from '../../src/launch/checkEnvironment.ts';
import { scratch } from '../folder/bundle.ts';

let home: string;
beforeEach(() => {
  home = join(scratch(), 'home');
  vi.stubEnv('HOLDFAST_HOME', home);
  // What this machine has on its PATH is none of these tests' business.
  vi.stubEnv('PATH', scratch());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What is found under `name`, in a place where everything is well but for `change`. */
async function find(name: string, change: Partial<CheckedPlaces> = {}): Promise<Finding> {
  const places = { nodePath: undefined, tfjsEngine: process.execPath, storage: scratch(), ...change };
  const found = (await checkEnvironment(places)).find((finding) => finding.name === name);
  if (found === undefined) throw new Error(`nothing is said of ${name}`);
  return found;
}

/** A folder with a program that prints `said`, or fails. */
function programs(name: string, script: string): string {
  const folder = scratch();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test('everything that runs depend on is looked for, in this order', async () => {
  const findings = await checkEnvironment({ nodePath: undefined, tfjsEngine: undefined, storage: scratch() });
  expect(findings.map(({ name }) => name)).toEqual([
    'Node.js for the engine',
    'TypeScript engine',
    'Machine',
    'Disk',
    'Device locks',
    'Python',
    'NVIDIA GPU',
  ]);
  // Who is told that something is missing is told how to get it.
  for (const { kind, cure } of findings) if (kind === 'missing') expect(cure).toMatch(/\.$/);
});

describe('Node.js', () => {
  test('is this one, where nothing is set', async () => {
    expect(await find('Node.js for the engine')).toEqual({
      name: 'Node.js for the engine',
      kind: 'found',
      what: `${process.version} (${process.execPath})`,
    });
  });

  test('that is set and is none is missing, with the cure', async () => {
    const nodePath = join(scratch(), 'nowhere');
    const found = await find('Node.js for the engine', { nodePath });
    expect(found).toMatchObject({
      kind: 'missing',
      cure: expect.stringContaining('holdfast.nodePath') as string,
    });
    expect(found.what).toContain(nodePath);
  });
});

describe('the engine', () => {
  test('is found where its file is', async () => {
    expect(await find('TypeScript engine')).toMatchObject({ kind: 'found', what: process.execPath });
  });
  test.each([undefined, '/nowhere/main.js'])('at %j is missing', async (tfjsEngine) => {
    expect(await find('TypeScript engine', { tfjsEngine })).toMatchObject({ kind: 'missing' });
  });
});

describe('the disk', () => {
  test('is told with its free space', async () => {
    const storage = scratch();
    const { kind, what } = await find('Disk', { storage });
    expect(what).toMatch(/^\d[\d.]* [MG]B free at /);
    expect(what).toContain(storage);
    expect(kind).not.toBe('absent');
  });
  test('that cannot be asked is told as such', async () => {
    expect(await find('Disk', { storage: join(scratch(), 'nowhere') })).toMatchObject({ kind: 'absent' });
  });
});

describe('the folder of the device locks', () => {
  test('is made where it is not there', async () => {
    expect(await find('Device locks')).toEqual({ name: 'Device locks', kind: 'found', what: home });
    expect(existsSync(home)).toBe(true);
  });
  test('that cannot be made is missing, with the cure', async () => {
    writeFileSync(home, 'a file');
    const found = await find('Device locks');
    expect(found).toMatchObject({
      kind: 'missing',
      cure: expect.stringContaining('HOLDFAST_HOME') as string,
    });
    expect(found.what).toContain(home);
  });
});

describe.skipIf(process.platform === 'win32')('a program on PATH', () => {
  const NOTE = 'Needed by the torch engine, which is not in this version yet.';

  test('that is not there is absent, which is no failure', async () => {
    expect(await find('Python')).toEqual({ name: 'Python', kind: 'absent', what: `not found. ${NOTE}` });
  });

  test('is told with what it says of itself', async () => {
    const folder = programs('python3', 'echo Python 3.99');
    vi.stubEnv('PATH', folder);
    expect(await find('Python')).toEqual({
      name: 'Python',
      kind: 'found',
      what: `Python 3.99 (${join(folder, 'python3')}). ${NOTE}`,
    });
  });

  test('may speak to stderr, as old ones do, and say several lines', async () => {
    vi.stubEnv('PATH', programs('python', 'echo Python 2.7 >&2'));
    expect((await find('Python')).what).toMatch(/^Python 2\.7 /);
    vi.stubEnv('PATH', programs('nvidia-smi', 'printf "A, 80 GB\\nB, 80 GB\\n"'));
    expect((await find('NVIDIA GPU')).what).toMatch(/^A, 80 GB; B, 80 GB /);
  });

  test('that does not answer makes way for the next', async () => {
    vi.stubEnv('PATH', [programs('python3', 'exit 1'), programs('python', 'echo second')].join(delimiter));
    expect((await find('Python')).what).toMatch(/^second /);
    vi.stubEnv('PATH', programs('nvidia-smi', 'exit 9'));
    expect(await find('NVIDIA GPU')).toMatchObject({ kind: 'absent' });
  });

  test('is never one that lies where the editor was opened', async () => {
    const project = programs('python3', 'echo owned');
    // Leads there as surely as `.` does in a terminal of that project.
    vi.stubEnv('PATH', ['', '.', relative(process.cwd(), project)].join(delimiter));
    expect(await find('Python')).toMatchObject({ kind: 'absent' });
    vi.stubEnv('PATH', project);
    expect(await find('Python')).toMatchObject({ kind: 'found' });
  });
});
