import { readFileSync, utimesSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { identityOf } from '../../src/folder/identity.ts';
import { createPythonFinder, type PythonSearch, type PythonWish } from '../../src/launch/pythonForEngine.ts';
import { pythonCandidates, pythonIn } from '../../src/launch/pythonCandidates.ts';
import { isAtLeast, ownEnvironment, requirementsIn } from '../../src/launch/torchRequirements.ts';
import { repository } from '../cli/cli.ts';
import { scratch } from '../folder/bundle.ts';
import { answering, CPU, PACKAGES, program } from './pythons.ts';

const ENGINE = join(repository, 'src/engines/torch');
const CURE = 'run "holdfast setup torch", or "Holdfast: Set Up Torch Engine" in the editor';

beforeEach(() => {
  vi.stubEnv('HOLDFAST_HOME', scratch());
  // What this machine has is none of these tests' business.
  vi.stubEnv('PATH', scratch());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Scripts need their shell's programs. */
const SHELL = '/bin:/usr/bin';

async function find(wish: Partial<PythonWish> = {}, seconds = 20): Promise<PythonSearch> {
  return createPythonFinder(ENGINE, seconds).find({ folders: [], ...wish });
}
const chosen = (path: string) => ({ chosen: { path, by: 'HOLDFAST_PYTHON' } });
async function problemOf(path: string, seconds?: number): Promise<string> {
  const found = await find(chosen(path), seconds);
  return found.kind === 'unusable' ? found.problem : `usable: ${found.command}`;
}

describe('where it is looked for', () => {
  const PLACES = { folders: ['/config', '/work'], own: '/own', onPath: ['/usr/bin/python3'] };
  test('in this order', () => {
    expect(pythonCandidates({ ...PLACES, active: '/active/python' }, 'linux')).toEqual([
      '/active/python',
      '/config/.venv/bin/python',
      '/config/venv/bin/python',
      '/work/.venv/bin/python',
      '/work/venv/bin/python',
      '/own/bin/python',
      '/usr/bin/python3',
    ]);
  });
  test('a choice is the only one', () => {
    expect(pythonCandidates({ ...PLACES, active: '/a', ...chosen('/mine') }, 'linux')).toEqual(['/mine']);
  });
  test('each once, by its name on Windows', () => {
    expect(pythonCandidates({ ...PLACES, folders: ['C', 'C'], onPath: [] }, 'win32').length).toBe(3);
    expect(pythonIn('C', 'win32')).toContain('python.exe');
  });
});

describe.skipIf(process.platform === 'win32')('candidates are run and asked', () => {
  beforeEach(() => {
    vi.stubEnv('PATH', SHELL);
  });

  test('a good one is taken, with what it has', async () => {
    const path = program(answering({}));
    expect(await find(chosen(path))).toEqual({
      kind: 'usable',
      command: path,
      report: { python: '3.11.2', packages: PACKAGES, import_error: null, torch: CPU },
      warnings: [],
    });
  });

  test('who falls short makes way for the next', async () => {
    const [first, second] = [scratch(), scratch()];
    program('exit 1', join(first, '.venv/bin/python'));
    program(
      answering({ packages: { ...PACKAGES, torch: null }, torch: null }),
      join(first, 'venv/bin/python'),
    );
    const good = program(answering({}), join(second, '.venv/bin/python'));
    expect(await find({ folders: [first, second] })).toMatchObject({ kind: 'usable', command: good });
  });

  test('the environment that Holdfast made is found', async () => {
    const good = program(answering({}), pythonIn(ownEnvironment(ENGINE)));
    expect(await find()).toMatchObject({ kind: 'usable', command: good });
  });

  test('so is one on PATH, never one that PATH reaches from the folder at hand', async () => {
    const folder = scratch();
    const good = program(answering({}), join(folder, 'python'));
    vi.stubEnv('PATH', ['.', 'bin', SHELL, folder].join(delimiter));
    const found = await find();
    // This machine's own may come first and may be good as well.
    expect(found.kind === 'usable' && found.command.startsWith('/')).toBe(true);
    vi.stubEnv('PATH', folder);
    program(`PATH=${SHELL}\n${answering({ python: '3.12.0' })}`, good);
    expect(await find()).toMatchObject({ command: good, report: { python: '3.12.0' } });
  });

  test.each([
    ['is not there', '/nowhere/python', '/nowhere/python is not there'],
    ['does not run', program('echo broken >&2; exit 9'), 'does not run as Python (exit code 9: broken)'],
    ['says nothing', program('exit 0'), 'does not run as Python (exit code 0)'],
    ['speaks strangely', program('echo "holdfast-python {"'), 'answers strangely (not JSON: {)'],
    [
      'is too old',
      program(answering({ python: '3.9.18' })),
      'is too old: the torch engine needs 3.10 or newer',
    ],
    [
      'has no PyTorch',
      program(answering({ packages: { ...PACKAGES, torch: null }, torch: null })),
      'has no PyTorch',
    ],
    [
      'lacks packages',
      program(answering({ packages: { ...PACKAGES, peft: null, transformers: '4.40.2' } })),
      'lacks transformers 4.56 or newer (4.40.2 is there), peft',
    ],
    [
      'has a broken PyTorch',
      program(answering({ torch: null, import_error: 'OSError: libcudart.so.12\nno such file' })),
      'cannot be imported (OSError: libcudart.so.12 no such file)',
    ],
  ])('one that %s is told as such', async (_name, path, expected) => {
    const problem = await problemOf(path);
    expect(problem).toContain(expected);
    expect(problem).toContain(path);
    expect(problem).toMatch(/^The Python chosen in HOLDFAST_PYTHON cannot run the torch engine: .*\.$/);
    expect(problem).toContain(CURE);
  });

  test('one that hangs is given up, with the child it waits for', async () => {
    const pid = join(scratch(), 'pid');
    const problem = await problemOf(program(`sleep 600 & echo $! > ${pid}\nwait`), 1);
    expect(problem).toContain('did not answer within 1 s');
    await expect.poll(() => identityOf(Number(readFileSync(pid, 'utf8')))).toBeUndefined();
  });

  test('of several that fall short the nearest is told', async () => {
    const folder = scratch();
    program(answering({ python: '3.8.0' }), join(folder, '.venv/bin/python'));
    const near = program(
      answering({ packages: { ...PACKAGES, peft: null } }),
      join(folder, 'venv/bin/python'),
    );
    vi.stubEnv('PATH', scratch());
    program(`PATH=${SHELL}\n${answering({ python: '3.8.0' })}`, join(folder, '.venv/bin/python'));
    program(`PATH=${SHELL}\n${answering({ packages: { ...PACKAGES, peft: null } })}`, near);
    expect(await find({ folders: [folder] })).toEqual({
      kind: 'unusable',
      problem: `No Python can run the torch engine, and the nearest falls short: Python 3.11.2 (${near}) lacks peft; ${CURE}.`,
    });
  });

  test('a good one is asked once, until its file changes; a bad one again', async () => {
    const count = join(scratch(), 'count');
    const path = program(`echo x >> ${count}\n${answering({})}`);
    const finder = createPythonFinder(ENGINE);
    const ask = () => finder.find({ folders: [], ...chosen(path) });
    await ask();
    await ask();
    expect(readFileSync(count, 'utf8')).toBe('x\n');
    utimesSync(path, 1, 1);
    await ask();
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');

    program(`echo x >> ${count}\nexit 1`, path);
    await ask();
    await ask();
    expect(readFileSync(count, 'utf8')).toBe('x\nx\nx\nx\n');
  });

  describe('on a machine with an NVIDIA GPU', () => {
    beforeEach(() => {
      const folder = scratch();
      program('echo "GPU 0: NVIDIA H100"', join(folder, 'nvidia-smi'));
      vi.stubEnv('PATH', [folder, SHELL].join(delimiter));
    });
    test.each([
      [CPU, /is a build without CUDA, .* setup torch --index-url URL" with the URL that it names\.$/],
      [{ ...CPU, cuda: '13.0' }, /built for CUDA 13\.0, sees no GPU .* update the NVIDIA driver/],
    ])('%j is warned of, and used', async (torch, warning) => {
      const found = await find(chosen(program(answering({ torch }))));
      expect(found).toMatchObject({ kind: 'usable', warnings: [expect.stringMatching(warning)] });
    });
    test('a PyTorch that sees it needs no warning', async () => {
      const torch = { ...CPU, cuda: '13.0', gpus: ['NVIDIA H100'] };
      expect(await find(chosen(program(answering({ torch }))))).toMatchObject({ warnings: [] });
    });
  });
});

test('nothing at all is told with the cure', async () => {
  expect(await find()).toEqual({
    kind: 'unusable',
    problem: `No Python was found: install Python 3.10 or newer from python.org, then ${CURE}.`,
  });
});

test('an engine without its list of packages is told, and nothing is thrown', async () => {
  const found = await createPythonFinder('/nowhere').find({ folders: [] });
  expect(found).toMatchObject({
    kind: 'unusable',
    problem: expect.stringMatching(/^Cannot read .*\.$/) as string,
  });
});

describe('a real interpreter', () => {
  const python = process.env.HOLDFAST_TEST_PYTHON;
  test('with all packages is usable, and imports its PyTorch', async ({ skip }) => {
    if (python === undefined) return skip('HOLDFAST_TEST_PYTHON names no Python with PyTorch');
    vi.unstubAllEnvs();
    const found = await find(chosen(python), 60);
    expect(found).toMatchObject({ kind: 'usable', command: python });
    const { report } = found as Extract<PythonSearch, { kind: 'usable' }>;
    expect(Object.values(report.packages)).not.toContain(null);
    expect(report.torch).not.toBeNull();
  });

  test('is not led astray by what the user has set for another one', async ({ skip }) => {
    if (python === undefined) return skip('HOLDFAST_TEST_PYTHON names no Python with PyTorch');
    vi.unstubAllEnvs();
    vi.stubEnv('PYTHONHOME', scratch());
    expect(await find(chosen(python), 60)).toMatchObject({ kind: 'usable' });
  });
});

test('the least versions come from the package’s own list', () => {
  const text = readFileSync(join(ENGINE, 'pyproject.toml'), 'utf8');
  expect(requirementsIn(text).map(({ name }) => name)).toEqual(Object.keys(PACKAGES));
  expect(requirementsIn('dependencies = [\n  "a>=1.2",\n  \'b-c >= 3\',\n]\n')).toEqual([
    { name: 'a', atLeast: '1.2' },
    { name: 'b-c', atLeast: '3' },
  ]);
  expect(requirementsIn('[project]')).toEqual([]);
});

test.each([
  ['2.13.0', '2.6', true],
  ['2.13.0+cpu', '2.13', true],
  ['2.6', '2.6.1', false],
  ['2.10.0', '2.9', true],
  ['5.0.0rc1', '5', true],
  ['3.9.18', '3.10', false],
  ['', '1', false],
])('%s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});
