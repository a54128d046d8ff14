import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { uvCommands, pipCommands } from '../../src/launch/installCommands.ts';
import { installProblem } from '../../src/launch/installProblem.ts';
import { programsOnPath } from '../../src/launch/programsOnPath.ts';
import { pythonIn } from '../../src/launch/pythonCandidates.ts';
import { setUpTorch, type SetUp, type SetUpOptions } from '../../src/launch/setUpTorch.ts';
import { ownEnvironment } from '../../src/launch/torchRequirements.ts';
import { scratch } from '../folder/bundle.ts';
import { program } from './pythons.ts';

const SHELL = '/bin:/usr/bin';
const python = process.env.HOLDFAST_TEST_PYTHON;
const NO_PYTHON = 'HOLDFAST_TEST_PYTHON names no Python';

/** An engine that needs one package of ten bytes, from a file. */
function tinyEngine(wheel = tinyWheel()): string {
  const folder = scratch();
  writeFileSync(join(folder, 'pyproject.toml'), 'dependencies = [\n  "holdfast-tiny>=1.0",\n]\n');
  writeFileSync(join(folder, 'requirements.txt'), `# Tiny.\n${wheel}\n`);
  return folder;
}

/** A wheel is a zip with a few texts in it. */
function tinyWheel(): string {
  const path = join(scratch(), 'holdfast_tiny-1.0-py3-none-any.whl');
  const info = 'holdfast_tiny-1.0.dist-info';
  const files = {
    'holdfast_tiny.py': 'ANSWER = 42\n',
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: holdfast-tiny\nVersion: 1.0\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  };
  const script =
    'import json,sys,zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n [z.writestr(*item) for item in json.loads(sys.argv[2]).items()]';
  execFileSync(python ?? 'python3', ['-c', script, path, JSON.stringify(files)]);
  return path;
}

let home: string;
beforeEach(() => {
  home = scratch();
  vi.stubEnv('HOLDFAST_HOME', home);
  // Without uv, which is not everywhere.
  vi.stubEnv('PATH', SHELL);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function setUp(
  options: Partial<SetUpOptions> & { engineFolder: string },
): Promise<SetUp & { lines: string[] }> {
  const lines: string[] = [];
  const made = await setUpTorch({ python, onLine: (line) => lines.push(line), ...options });
  return { ...made, lines };
}

const leftBehind = (): string[] => {
  const folder = join(home, 'torch');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe.skipIf(process.platform === 'win32')('an environment', () => {
  test('is made with what the list names, and is there at the second call', async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTHON);
    const engineFolder = tinyEngine();
    const first = await setUp({ engineFolder });
    expect(first).toMatchObject({ isNew: true, environment: ownEnvironment(engineFolder) });
    expect(first.python.command).toBe(pythonIn(first.environment));
    expect(first.python.report.packages).toEqual({ 'holdfast-tiny': '1.0' });
    expect(first.lines.join('\n')).toMatch(/-m venv[\s\S]*Successfully installed holdfast-tiny/);
    const said = execFileSync(first.python.command, [
      '-c',
      'import holdfast_tiny; print(holdfast_tiny.ANSWER)',
    ]);
    expect(said.toString().trim()).toBe('42');
    expect(leftBehind()).toHaveLength(1);

    const second = await setUp({ engineFolder });
    expect(second).toMatchObject({ isNew: false, environment: first.environment, lines: [] });
    expect(second.python.report).toEqual(first.python.report);
  });

  test('that is damaged is made again', async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTHON);
    const engineFolder = tinyEngine();
    const { environment, python: made } = await setUp({ engineFolder });
    const site = execFileSync(made.command, ['-c', 'import holdfast_tiny; print(holdfast_tiny.__file__)']);
    rmSync(join(dirname(site.toString().trim()), 'holdfast_tiny-1.0.dist-info'), { recursive: true });
    const again = await setUp({ engineFolder });
    expect(again).toMatchObject({ isNew: true, environment });
    expect(again.lines[0]).toMatch(/is damaged \(.* lacks holdfast-tiny\)/);
  });

  test('of a list that changed is another one', async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTHON);
    const engineFolder = tinyEngine();
    const { environment } = await setUp({ engineFolder });
    writeFileSync(
      join(engineFolder, 'requirements.txt'),
      `${readFileSync(join(engineFolder, 'requirements.txt'), 'utf8')}# Newer.\n`,
    );
    const second = await setUp({ engineFolder });
    expect(second.isNew).toBe(true);
    expect(second.environment).not.toBe(environment);
  });

  test('that was not finished is not there, and nothing of it stays', async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTHON);
    const engineFolder = tinyEngine('/nowhere/holdfast_tiny-1.0-py3-none-any.whl');
    await expect(setUp({ engineFolder })).rejects.toThrow(/: mend that and try again\.$/);
    expect(leftBehind()).toEqual([]);
  });

  test('that is called off is not there', async () => {
    const controller = new AbortController();
    const engineFolder = tinyEngine('unused');
    const slow = program('case "$*" in *venv*) echo working; sleep 600;; *) echo 3.11.2;; esac');
    const made = setUpTorch({
      engineFolder,
      python: slow,
      signal: controller.signal,
      onLine: (line) => {
        if (line === 'working') controller.abort();
      },
    });
    await expect(made).rejects.toThrow('Setting up the torch engine was called off.');
    expect(leftBehind()).toEqual([]);
  });

  test('is made by uv where that is there', async () => {
    const log = join(scratch(), 'log');
    const folder = scratch();
    // As much of uv as is called: an environment is a folder with a Python, an install writes down what it is asked for.
    const answer = `{"python":"3.12.1","packages":{"holdfast-tiny":"1.0"},"import_error":null,"torch":null}`;
    program(
      `echo "$@" >> ${log}\nfor last; do :; done\n[ "$1" = venv ] || exit 0\nmkdir -p "$last/bin"\nprintf '#!/bin/sh\\necho "holdfast-python %s"\\n' '${answer.replaceAll('"', '\\"')}' > "$last/bin/python"\nchmod +x "$last/bin/python"`,
      join(folder, 'uv'),
    );
    vi.stubEnv('PATH', [folder, SHELL].join(delimiter));
    const engineFolder = tinyEngine('tiny.whl');
    const made = await setUp({ engineFolder, python: undefined });
    expect(made).toMatchObject({ isNew: true, python: { report: { python: '3.12.1' } } });
    const [venv, install] = readFileSync(log, 'utf8').split('\n');
    expect(venv).toMatch(/^venv --no-project --python >=3\.10 \/.*\.building$/);
    expect(install).toMatch(
      /^pip install --compile-bytecode --python \/.*\/bin\/python -r \/.*\/requirements\.txt$/,
    );
  });

  test('needs a Python that is new enough', async () => {
    const old = program('echo 3.8.10');
    await expect(setUp({ engineFolder: tinyEngine('unused'), python: old })).rejects.toThrow(
      `The torch engine needs Python 3.10 or newer, and there is none (${old} is Python 3.8.10): install one`,
    );
    vi.stubEnv('PATH', scratch());
    await expect(setUp({ engineFolder: tinyEngine('unused'), python: undefined })).rejects.toThrow(
      'The torch engine needs Python 3.10 or newer, and there is none: install one',
    );
    expect(leftBehind()).toEqual([]);
  });

  test('needs a place', async () => {
    writeFileSync(join(home, 'torch'), 'a file');
    await expect(
      setUp({ engineFolder: tinyEngine('unused'), python: program('echo 3.11.2') }),
    ).rejects.toThrow(/^Cannot make .*: .*\.$/);
  });

  test('that somebody was killed over is swept after a day', async () => {
    const old = join(home, 'torch', 'abc.1.building');
    mkdirSync(old, { recursive: true });
    execFileSync('touch', ['-d', '2 days ago', old]);
    const fresh = join(home, 'torch', 'abc.2.building');
    mkdirSync(fresh);
    await expect(
      setUp({ engineFolder: tinyEngine('unused'), python: program('echo 3.8.10') }),
    ).rejects.toThrow();
    expect(leftBehind()).toEqual(['abc.2.building']);
  });
});

describe('what is called', () => {
  const WISH = { draft: '/d', list: '/e/requirements.txt', pins: 'a==1\ntorch==2.13.0\n' };
  test('PyTorch comes first where it comes from elsewhere', () => {
    const url = 'https://download.pytorch.org/whl/cu130';
    expect(pipCommands('/py', { ...WISH, indexUrl: url })).toEqual([
      ['/py', '-m', 'venv', '/d'],
      [pythonIn('/d'), '-m', 'pip', 'install', 'torch==2.13.0', '--index-url', url],
      [pythonIn('/d'), '-m', 'pip', 'install', '-r', WISH.list, '--extra-index-url', url],
    ]);
    expect(uvCommands('/uv', { ...WISH, python: '/py', cpu: true })).toEqual([
      ['/uv', 'venv', '--no-project', '--python', '/py', '/d'],
      [
        '/uv',
        'pip',
        'install',
        '--compile-bytecode',
        '--python',
        pythonIn('/d'),
        'torch==2.13.0',
        '--index-url',
        expect.stringMatching(/\/cpu$/),
      ],
      expect.arrayContaining(['--extra-index-url', '--index-strategy', 'unsafe-best-match']) as string[],
    ]);
  });
  test('else everything comes from the list', () => {
    expect(pipCommands('/py', WISH)).toEqual([
      ['/py', '-m', 'venv', '/d'],
      [pythonIn('/d'), '-m', 'pip', 'install', '-r', WISH.list],
    ]);
  });
});

test.each([
  [
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    /^The disk is full: /,
  ],
  [
    'The virtual environment was not created successfully because ensurepip is not\navailable. ... apt install python3.11-venv',
    /sudo apt install python3-venv/,
  ],
  [
    "WARNING: Retrying ... NewConnectionError('<...>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')\nERROR: No matching distribution found for torch==2.13.0",
    /^The packages could not be downloaded: /,
  ],
  [
    'error: Failed to fetch: `https://pypi.org/simple/torch/`\n  Caused by: dns error',
    /^The packages could not be downloaded: /,
  ],
  ['ERROR: No matching distribution found for torch==2.13.0', /^There is no build of all packages /],
  [
    'ERROR: something new',
    /^pip ended with exit code 1 \(ERROR: something new\): mend that and try again\.$/,
  ],
  ['', /^pip ended with exit code 1: mend that and try again\.$/],
])('%.60j is one sentence with a cure', (output, expected) => {
  const sentence = installProblem('pip', 1, output);
  expect(sentence).toMatch(expected);
  expect(sentence).toMatch(/\.$/);
});

test('an installer that cannot be started is one sentence', () => {
  expect(installProblem('/x/uv', 'is not there', '')).toBe('/x/uv is not there: mend that and try again.');
});

test('programs are looked for in absolute folders only', () => {
  const folder = scratch();
  const path = program('exit 0', join(folder, 'python3'));
  expect(programsOnPath(['python3'], ['.', '', 'bin', folder].join(delimiter))).toEqual([path]);
  expect(programsOnPath(['python9'], folder)).toEqual([]);
});
