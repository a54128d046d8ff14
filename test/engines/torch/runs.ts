import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { engineProgramFor } from '../../../src/launch/enginePrograms.ts';
import { createPythonFinder } from '../../../src/launch/pythonForEngine.ts';
import { repository } from '../tfjs/models.ts';
import { startAsHost, type Ended, type Started, type TestRun } from '../tfjs/runs.ts';

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

/** Starts the engine. */
export async function startTorch(run: TestRun): Promise<Started> {
  const { engine, env } = await engineProgramFor('torch', {
    tfjsEngine: '',
    torchEngine,
    findPython: () =>
      finder.find({ folders: [], chosen: { path: python ?? '', by: 'HOLDFAST_TEST_PYTHON' } }),
  });
  return startAsHost(run, engine.command, engine.args, env);
}

export async function runTorch(run: TestRun): Promise<Ended> {
  return (await startTorch(run)).ended;
}
