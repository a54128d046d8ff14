import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { bytes } from '../base/format.ts';
import { messageOf } from '../base/text.ts';
import { holdfastHome } from '../folder/deviceLock.ts';
import { engineEnvironment } from './environment.ts';
import { nodeForEngine } from './nodeForEngine.ts';

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
  readonly storage: string;
}

/** Looks for everything that runs depend on. Never rejects. */
export async function checkEnvironment({ nodePath, tfjsEngine, storage }: CheckedPlaces): Promise<Finding[]> {
  return [
    await findNode(nodePath),
    engine(tfjsEngine),
    machine(),
    space(storage),
    home(),
    await findProgram(
      'Python',
      ['python3', 'python'],
      ['--version'],
      'Needed by the torch engine, which is not in this version yet.',
    ),
    await findProgram(
      'NVIDIA GPU',
      ['nvidia-smi'],
      ['--query-gpu=name,memory.total', '--format=csv,noheader'],
      'The TypeScript engine does not use one.',
    ),
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

/** Programs on PATH, absolute entries only: `.` would run whatever the opened project ships. */
async function findProgram(
  name: string,
  programs: readonly string[],
  args: readonly string[],
  note: string,
): Promise<Finding> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const ending = process.platform === 'win32' ? '.exe' : '';
  for (const path of programs.flatMap((program) => folders.map((folder) => join(folder, program + ending)))) {
    if (!existsSync(path)) continue;
    try {
      const { stdout, stderr } = await promisify(execFile)(path, [...args], {
        timeout: 10_000,
        windowsHide: true,
      });
      return {
        name,
        kind: 'found',
        what: `${(stdout || stderr).trim().split('\n').join('; ')} (${path}). ${note}`,
      };
    } catch {
      // Something of that name that does not answer: the next one may.
    }
  }
  return { name, kind: 'absent', what: `not found. ${note}` };
}
