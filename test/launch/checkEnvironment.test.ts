import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkEnvironment, type CheckedPlaces, type Finding } from '../../src/launch/checkEnvironment.ts';
import { scratch } from '../folder/bundle.ts';
import { CPU, PACKAGES } from './pythons.ts';

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
  const places = {
    nodePath: undefined,
    tfjsEngine: process.execPath,
    findPython: undefined,
    storage: scratch(),
    ...change,
  };
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
  const findings = await checkEnvironment({
    nodePath: undefined,
    tfjsEngine: undefined,
    findPython: undefined,
    storage: scratch(),
  });
  expect(findings.map(({ name }) => name)).toEqual([
    'Node.js for the engine',
    'TypeScript engine',
    'Python for the torch engine',
    'Machine',
    'Disk',
    'Device locks',
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

describe('Python', () => {
  const NAME = 'Python for the torch engine';
  const usable = {
    kind: 'usable' as const,
    command: '/env/bin/python',
    report: { python: '3.11.2', packages: PACKAGES, import_error: null, torch: CPU },
    warnings: [],
  };

  test('that can run the torch engine is told with its packages and its device', async () => {
    const findPython = () => Promise.resolve(usable);
    expect((await find(NAME, { findPython })).what).toMatch(
      /^3\.11\.2 \(\/env\/bin\/python\), torch 2\.13\.0, .*, peft 0\.21\.2$/,
    );
    expect(await find('Torch engine runs on', { findPython })).toMatchObject({
      kind: 'found',
      what: 'processor only',
    });
  });

  test.each([
    [{ ...CPU, cuda: '13.0', gpus: ['H100', 'H100'] }, 'CUDA: H100 and 1 more'],
    [{ ...CPU, hip: '7.0', gpus: ['MI300X'] }, 'ROCm: MI300X'],
    [{ ...CPU, mps: true }, 'Apple GPU'],
  ])('computes on what PyTorch sees: %j', async (torch, what) => {
    const findPython = () => Promise.resolve({ ...usable, report: { ...usable.report, torch } });
    expect(await find('Torch engine runs on', { findPython })).toMatchObject({ what });
  });

  test('with a warning says it', async () => {
    const findPython = () => Promise.resolve({ ...usable, warnings: ['It could do better.'] });
    expect((await find('Torch engine runs on', { findPython })).what).toBe(
      'processor only. It could do better.',
    );
  });

  test('that is not there is absent, which is no failure, with the cure', async () => {
    const findPython = () => Promise.resolve({ kind: 'unusable' as const, problem: 'No Python was found.' });
    expect(await find(NAME, { findPython })).toEqual({
      name: NAME,
      kind: 'absent',
      what: 'No Python was found.',
      cure: 'Run "Holdfast: Set Up Torch Engine", or set holdfast.pythonPath to a Python that has its packages.',
    });
  });
});

describe.skipIf(process.platform === 'win32')('the GPU', () => {
  test('that is not there is absent', async () => {
    expect(await find('NVIDIA GPU')).toEqual({
      name: 'NVIDIA GPU',
      kind: 'absent',
      what: 'not found. The TypeScript engine does not need one.',
    });
  });

  test('is told with what the driver says, in several lines', async () => {
    vi.stubEnv('PATH', programs('nvidia-smi', 'printf "A, 80 GB\\nB, 80 GB\\n"'));
    expect((await find('NVIDIA GPU')).what).toMatch(/^A, 80 GB; B, 80 GB .*\. The torch engine uses it\.$/);
  });

  test('whose driver does not answer makes way for the next', async () => {
    const broken = programs('nvidia-smi', 'exit 9');
    vi.stubEnv('PATH', broken);
    expect(await find('NVIDIA GPU')).toMatchObject({ kind: 'absent' });
    vi.stubEnv('PATH', [broken, programs('nvidia-smi', 'echo second')].join(delimiter));
    expect((await find('NVIDIA GPU')).what).toMatch(/^second /);
  });

  test('is never asked of a program that lies where the editor was opened', async () => {
    const project = programs('nvidia-smi', 'echo owned');
    // Leads there as surely as `.` does in a terminal of that project.
    vi.stubEnv('PATH', ['', '.', relative(process.cwd(), project)].join(delimiter));
    expect(await find('NVIDIA GPU')).toMatchObject({ kind: 'absent' });
    vi.stubEnv('PATH', project);
    expect(await find('NVIDIA GPU')).toMatchObject({ kind: 'found' });
  });
});
