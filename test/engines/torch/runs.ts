import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { engineProgramFor } from '../../../src/launch/enginePrograms.ts';
import { createPythonFinder } from '../../../src/launch/pythonForEngine.ts';
import { repository } from '../tfjs/models.ts';
import type { Ended, TestRun } from '../tfjs/runs.ts';

/** Real runs of the torch engine as a child process, called as the launcher calls it. */

const torchEngine = join(repository, 'dist/engines/torch');
const python = process.env.HOLDFAST_TEST_PYTHON;
const finder = createPythonFinder(torchEngine);

/** Skips a test, with the reason, where there is no Python with PyTorch. */
export function needTorch({ skip }: Pick<TestContext, 'skip'>): void {
  skip(
    python === undefined,
    'HOLDFAST_TEST_PYTHON names no Python with PyTorch (scripts/torch-env.mjs makes one)',
  );
}

/** Starts the engine; `ended` resolves when its process does. */
export async function startTorch(run: TestRun): Promise<{ child: ChildProcess; ended: Promise<Ended> }> {
  const { engine, env } = await engineProgramFor('torch', {
    tfjsEngine: '',
    torchEngine,
    findPython: () =>
      finder.find({ folders: [], chosen: { path: python ?? '', by: 'HOLDFAST_TEST_PYTHON' } }),
  });
  const child = spawn(engine.command, [...engine.args, run.paths.folder, '--token', 'a-token-of-a-test'], {
    env: { ...process.env, ...env, HOLDFAST_HOME: run.home, HOLDFAST_CPU_RUNS: '1' },
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return { child, ended };
}

export async function runTorch(run: TestRun): Promise<Ended> {
  return (await startTorch(run)).ended;
}
