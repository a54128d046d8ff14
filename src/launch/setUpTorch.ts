import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileProblem } from './fileProblem.ts';
import { pipCommands, uvCommands } from './installCommands.ts';
import { installProblem } from './installProblem.ts';
import { judgePython, type UsablePython } from './judgePython.ts';
import { limitedRun } from './limitedRun.ts';
import { programsOnPath } from './programsOnPath.ts';
import { pythonIn } from './pythonCandidates.ts';
import { hasNvidiaGpu } from './pythonForEngine.ts';
import { askPython } from './pythonReport.ts';
import { streamedRun } from './streamedRun.ts';
import {
  isAtLeast,
  MIN_PYTHON,
  ownEnvironment,
  pinnedRequirements,
  torchRequirements,
} from './torchRequirements.ts';

export interface SetUpOptions {
  /** The folder of the torch engine, with its lists of packages. */
  readonly engineFolder: string;
  /** Python to make the environment of; without it the first good one, or with uv one that uv gets. */
  readonly python?: string | undefined;
  /** Where PyTorch is taken from instead of the default: pytorch.org has one index per CUDA version. */
  readonly indexUrl?: string | undefined;
  /** The build without CUDA, which is a tenth of the size. */
  readonly cpu?: boolean | undefined;
  /** Told what happens, line by line. */
  readonly onLine: (line: string) => void;
  /** Calls it off: what was made so far is removed. */
  readonly signal?: AbortSignal | undefined;
}

export interface SetUp {
  /** Folder of the environment. */
  readonly environment: string;
  readonly python: UsablePython;
  /** Whether it was made now; else it was there. */
  readonly isNew: boolean;
}

/** Written when everything is installed. */
const STAMP = '.holdfast-complete';

/**
 * Makes the environment that the torch engine runs in, below ~/.holdfast/torch, by uv where it is on PATH, else by venv and pip:
 * complete or not at all, built under another name. Rejects with one sentence.
 */
export async function setUpTorch(options: SetUpOptions): Promise<SetUp> {
  const { engineFolder, onLine } = options;
  const environment = ownEnvironment(engineFolder);
  if (existsSync(join(environment, STAMP))) {
    const python = await verified(environment, engineFolder);
    if (typeof python !== 'string') return { environment, python, isNew: false };
    onLine(`the environment in ${environment} is damaged (${python}) and is made again`);
    removeFolder(environment);
  }
  const draft = `${environment}.${randomUUID()}${DRAFT_ENDING}`;
  try {
    mkdirSync(dirname(environment), { recursive: true, mode: 0o700 });
    removeAbandoned(dirname(environment));
    await build(draft, options);
    const python = await verified(draft, engineFolder);
    if (typeof python === 'string')
      throw new Error(`The packages were installed, and yet ${python}: try again.`);
    writeFileSync(join(draft, STAMP), `${new Date().toISOString()}\n`);
    moveInto(environment, draft);
    return { environment, python: { ...python, command: pythonIn(environment) }, isNew: true };
  } catch (error) {
    if (options.signal?.aborted === true)
      throw new Error('Setting up the torch engine was called off.', { cause: error });
    throw error instanceof Error && 'code' in error ? fileProblem('make', environment, error) : error;
  } finally {
    removeFolder(draft);
  }
}

const DRAFT_ENDING = '.building';

async function build(draft: string, options: SetUpOptions): Promise<void> {
  const [uv] = programsOnPath(['uv']);
  const list = pinnedRequirements(options.engineFolder);
  const wish = { ...options, draft, list, pins: readFileSync(list, 'utf8') };
  const commands =
    uv === undefined ? pipCommands(await basePython(options.python), wish) : uvCommands(uv, wish);
  for (const [command = '', ...args] of commands) {
    options.onLine(`> ${[command, ...args].join(' ')}`);
    const { end, tail } = await streamedRun(command, args, {
      env: { ...INSTALL_ENVIRONMENT },
      onLine: options.onLine,
      signal: options.signal,
    });
    if (end !== 0) throw new Error(installProblem(command, end, tail));
  }
}

/** Neither asks questions, draws bars or speaks of newer versions of itself; and nobody's own environment is meant. */
const INSTALL_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = {
  PIP_NO_INPUT: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_PROGRESS_BAR: 'off',
  PIP_REQUIRE_VIRTUALENV: undefined,
  UV_NO_PROGRESS: '1',
  VIRTUAL_ENV: undefined,
  CONDA_PREFIX: undefined,
  PYTHONHOME: undefined,
  PYTHONPATH: undefined,
  PYTHONIOENCODING: 'utf-8',
};

/** A Python that environments can be made of. Rejects with one sentence where there is none. */
async function basePython(chosen: string | undefined): Promise<string> {
  const candidates = chosen === undefined ? programsOnPath(['python3', 'python']) : [chosen];
  const seen: string[] = [];
  for (const command of candidates) {
    const { stdout, end } = await limitedRun(command, ['-c', VERSION], { seconds: 20 });
    const version = end === 0 ? stdout.trim() : undefined;
    if (version !== undefined && isAtLeast(version, MIN_PYTHON)) return command;
    seen.push(`${command} ${version === undefined ? 'does not run' : `is Python ${version}`}`);
  }
  const what = seen.length === 0 ? '' : ` (${seen.join(', ')})`;
  throw new Error(
    `The torch engine needs Python ${MIN_PYTHON} or newer, and there is none${what}: install one from python.org, or uv from docs.astral.sh/uv, which brings its own.`,
  );
}

const VERSION = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';

/** The interpreter of an environment; or why it cannot run the engine. */
async function verified(environment: string, engineFolder: string): Promise<UsablePython | string> {
  const requirements = torchRequirements(engineFolder);
  const command = pythonIn(environment);
  const report = await askPython(command, requirements);
  const judged = judgePython(command, report, requirements, await hasNvidiaGpu());
  return judged.kind === 'usable' ? judged : judged.problem;
}

function moveInto(environment: string, draft: string): void {
  try {
    renameSync(draft, environment);
  } catch (error) {
    // Somebody else finished first: theirs is the same.
    if (!existsSync(join(environment, STAMP))) throw error;
  }
}

const DAY_MS = 86_400_000;

/** What killed installs left. A day: nothing takes that long, so nobody is working there. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(DRAFT_ENDING))) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > DAY_MS) removeFolder(path);
  }
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Swept by a later call.
  }
}
