import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { bytes } from '../base/format.ts';
import { messageOf } from '../base/text.ts';
import { holdfastHome } from '../folder/deviceLock.ts';
import { engineEnvironment } from './environment.ts';
import { deviceOf } from './judgePython.ts';
import { limitedRun } from './limitedRun.ts';
import { nodeForEngine } from './nodeForEngine.ts';
import { programsOnPath } from './programsOnPath.ts';
import type { PythonSearch } from './pythonForEngine.ts';

/** One thing that was looked for. */
export interface Finding {
  readonly name: string;
  /** `missing`: nothing can run without it; `absent`: one may want it. */
  readonly kind: 'found' | 'missing' | 'absent';
  readonly what: string;
  /** How to get it. */
  readonly cure?: string;
}

export interface CheckedPlaces {
  readonly nodePath: string | undefined;
  /** The engine's program; undefined where it could not be copied. */
  readonly tfjsEngine: string | undefined;
  /** The search for the torch engine's Python; undefined where that engine could not be copied. */
  readonly findPython: (() => Promise<PythonSearch>) | undefined;
  readonly storage: string;
}

/** Looks for everything that runs depend on. Never rejects. */
export async function checkEnvironment({
  nodePath,
  tfjsEngine,
  findPython,
  storage,
}: CheckedPlaces): Promise<Finding[]> {
  return [
    await findNode(nodePath),
    engine(tfjsEngine),
    ...(await torch(findPython)),
    machine(),
    space(storage),
    home(),
    await findGpu(),
  ];
}

async function findNode(setting: string | undefined): Promise<Finding> {
  const name = 'Node.js for the engine';
  try {
    const { command, env } = await nodeForEngine(setting);
    const run = promisify(execFile);
    const { stdout } = await run(command, ['--version'], {
      env: engineEnvironment(process.env, env),
      timeout: 20_000,
    });
    const how = 'ELECTRON_RUN_AS_NODE' in env ? ', the editor’s own' : '';
    return { name, kind: 'found', what: `${stdout.trim()} (${command}${how})` };
  } catch (error) {
    return {
      name,
      kind: 'missing',
      what: messageOf(error),
      cure: 'Install Node.js 20 or newer from nodejs.org, or set holdfast.nodePath.',
    };
  }
}

function engine(path: string | undefined): Finding {
  const name = 'TypeScript engine';
  return path !== undefined && existsSync(path)
    ? { name, kind: 'found', what: path }
    : {
        name,
        kind: 'missing',
        what: 'its copy could not be made',
        cure: 'See the output channel Holdfast; free disk space, or install the extension again.',
      };
}

function machine(): Finding {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const what = `${availableParallelism()} cores (${model}), ${bytes(freemem())} of ${bytes(totalmem())} memory free, ${process.platform} ${process.arch}`;
  return { name: 'Machine', kind: 'found', what };
}

const ENOUGH_BYTES = 1e9;

function space(storage: string): Finding {
  const name = 'Disk';
  try {
    const { bavail, bsize } = statfsSync(storage);
    const free = bavail * bsize;
    const what = `${bytes(free)} free at ${storage}`;
    return free > ENOUGH_BYTES
      ? { name, kind: 'found', what }
      : {
          name,
          kind: 'missing',
          what,
          cure: 'Free some space: every checkpoint is as large as the model, and the optimizer’s state twice that.',
        };
  } catch (error) {
    return { name, kind: 'absent', what: messageOf(error) };
  }
}

function home(): Finding {
  const folder = holdfastHome();
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { name: 'Device locks', kind: 'found', what: folder };
  } catch (error) {
    return {
      name: 'Device locks',
      kind: 'missing',
      what: `${folder} cannot be written: ${messageOf(error)}`,
      cure: 'Set HOLDFAST_HOME to a folder that can be written.',
    };
  }
}

/** The Python of the torch engine and what it will compute on. */
async function torch(findPython: CheckedPlaces['findPython']): Promise<Finding[]> {
  const name = 'Python for the torch engine';
  const cure =
    'Run "Holdfast: Set Up Torch Engine", or set holdfast.pythonPath to a Python that has its packages.';
  if (findPython === undefined)
    return [{ name, kind: 'absent', what: 'not looked for, because the engine could not be copied' }];
  const found = await findPython();
  // Nobody needs it for small models.
  if (found.kind === 'unusable') return [{ name, kind: 'absent', what: found.problem, cure }];
  const { command, report, warnings } = found;
  const packages = Object.entries(report.packages).map(
    ([name, version]) => `${name} ${version ?? 'missing'}`,
  );
  const what = `${report.python} (${command}), ${packages.join(', ')}`;
  return [
    { name, kind: 'found', what },
    { name: 'Torch engine runs on', kind: 'found', what: [deviceOf(report), ...warnings].join('. ') },
  ];
}

const GPU_SECONDS = 10;

async function findGpu(): Promise<Finding> {
  const name = 'NVIDIA GPU';
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader'];
  for (const program of programsOnPath(['nvidia-smi'])) {
    const { stdout, end } = await limitedRun(program, query, { seconds: GPU_SECONDS });
    if (end !== 0) continue;
    const gpus = stdout.trim().split('\n').join('; ');
    return { name, kind: 'found', what: `${gpus} (${program}). The torch engine uses it.` };
  }
  return { name, kind: 'absent', what: 'not found. The TypeScript engine does not need one.' };
}
