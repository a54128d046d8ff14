// What the tests of the torch engine need: a Python with the pinned packages of src/engines/torch/requirements-test.txt. It lives in
// a cache outside the tree, so that every checkout shares one; only Node's own modules here, see setup.mjs.
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { root, run, say } from './setup.mjs';

const FOLDER = join(root, 'src', 'engines', 'torch');
const LISTS = ['requirements.txt', 'requirements-test.txt'];
const LEAST = [3, 10];
const STAMP = '.holdfast-complete';
const HOURS = 3_600_000;
/** What they print is about us: not part of what our own program prints. */
const STDIO = ['ignore', 2, 2];

/** `{ python }`, path of an interpreter with everything, or `{ missing }`: one sentence, what and how to get it. */
export async function ensureTorchEnvironment() {
  const named = process.env.HOLDFAST_TEST_PYTHON;
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return { python: named };
    return {
      missing: `HOLDFAST_TEST_PYTHON names ${named}, which is no program: name a Python, or unset it`,
    };
  }
  const folder = join(cacheFolder(), `torch-${hashOfLists()}`);
  if (existsSync(join(folder, STAMP))) return { python: pythonIn(folder) };
  const uv = onPath('uv');
  const base = basePython();
  if (uv === undefined && base === undefined)
    return { missing: 'the tests of the torch engine need Python 3.10 or newer, or uv: install one of them' };
  return install(folder, uv, base);
}

function cacheFolder() {
  const { HOLDFAST_CACHE: ours, XDG_CACHE_HOME: everyones } = process.env;
  return ours || join(everyones || join(homedir(), '.cache'), 'holdfast');
}

function hashOfLists() {
  const hash = createHash('sha256');
  for (const name of LISTS) hash.update(readFileSync(join(FOLDER, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Builds in a sibling of its own, then renames: whoever is killed or comes second leaves the folder as it is. */
async function install(folder, uv, base) {
  say('installing PyTorch and the tools of the torch engine’s tests, once: some minutes, 2 GB');
  const building = `${folder}.building-${randomUUID()}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    removeAbandoned(folder);
    for (const [command, ...args] of commandsFor(building, uv, base)) {
      const code = await run(command, args, { cwd: FOLDER, stdio: STDIO, env: installEnvironment() });
      if (code !== 0)
        return {
          missing: `the packages of the torch engine's tests could not be installed, ${command} ended with ${code}: check the network or the index of pip, or name a Python that has them in HOLDFAST_TEST_PYTHON`,
          isBroken: true,
        };
    }
    writeFileSync(join(building, STAMP), `${new Date().toISOString()}\n`);
    moveInto(folder, building);
    say(`the environment of the torch engine's tests is in ${folder}`);
    return { python: pythonIn(folder) };
  } catch (error) {
    return {
      missing: `the environment of the torch engine's tests could not be put into ${folder} (${error.message}): make room there, or set HOLDFAST_CACHE to another folder`,
      isBroken: true,
    };
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function commandsFor(building, uv, base) {
  const list = ['-r', join(FOLDER, 'requirements-test.txt')];
  if (uv !== undefined)
    return [
      [uv, 'venv', '--quiet', '--no-project', '--python', base ?? `>=${LEAST.join('.')}`, building],
      [uv, 'pip', 'install', '--quiet', '--python', pythonIn(building), ...list],
    ];
  return [
    [base, '-m', 'venv', building],
    [pythonIn(building), '-m', 'pip', 'install', '--quiet', '--no-input', ...list],
  ];
}

/** Nobody's own environment is meant. */
function installEnvironment() {
  const others = {
    VIRTUAL_ENV: undefined,
    CONDA_PREFIX: undefined,
    PYTHONPATH: undefined,
    PYTHONHOME: undefined,
  };
  return { ...process.env, ...others, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
}

function moveInto(folder, building) {
  try {
    if (existsSync(folder) && !existsSync(join(folder, STAMP)))
      rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } catch (error) {
    // Somebody else finished first: theirs is the same.
    if (!existsSync(join(folder, STAMP))) throw error;
  }
}

/** What killed installs left. An hour without a change: nobody is working there. */
function removeAbandoned(folder) {
  const start = join(folder, '..');
  for (const name of readdirSync(start).filter((entry) => /^torch-[0-9a-f]+\.building-/.test(entry))) {
    const path = join(start, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > HOURS) rmSync(path, { recursive: true, force: true });
  }
}

function pythonIn(environment) {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');
}

function basePython() {
  return ['python3', 'python'].map(onPath).find((path) => path !== undefined && isNewEnough(path));
}

function isNewEnough(python) {
  const { stdout } = spawnSync(python, ['-c', 'import sys; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

function onPath(name) {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name + ending)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
