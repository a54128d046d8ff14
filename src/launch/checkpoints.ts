import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runPaths } from '../folder/layout.ts';
import { namesIn } from '../folder/namesIn.ts';

/** Steps of a run's complete checkpoints that are still there, rising: an engine deletes old ones. */
export function checkpointSteps(runFolder: string): number[] {
  const { checkpoints } = runPaths(runFolder);
  return namesIn(checkpoints)
    .filter((name) => /^step-\d{8,}$/.test(name) && isModelFolder(join(checkpoints, name)))
    .map((name) => Number(name.slice('step-'.length)))
    .sort((a, b) => a - b);
}

/** Whether a folder is a model in Hugging Face layout, as far as its config.json tells. */
export function isModelFolder(path: string): boolean {
  return existsSync(join(path, 'config.json'));
}
