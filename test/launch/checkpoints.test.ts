import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkpointName, runPaths } from '../../src/folder/layout.ts';
import { checkpointSteps, isModelFolder } from '../../src/launch/checkpoints.ts';
import { scratch } from '../folder/bundle.ts';

function makeModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), '{}');
  return folder;
}

test('the checkpoints that are there, by rising step, whatever their number of digits', () => {
  const run = scratch();
  const { checkpoints } = runPaths(run);
  expect(checkpointSteps(run)).toEqual([]);
  for (const step of [1_000, 9, 123_456_789, 20, 0]) makeModel(join(checkpoints, checkpointName(step)));
  expect(checkpointSteps(run)).toEqual([0, 9, 20, 1_000, 123_456_789]);
  // An engine deletes old ones while somebody looks.
  rmSync(join(checkpoints, checkpointName(20)), { recursive: true });
  expect(checkpointSteps(run)).toEqual([0, 9, 1_000, 123_456_789]);
});

test('neither drafts nor what an engine has not finished nor anything else', () => {
  const run = scratch();
  const { checkpoints } = runPaths(run);
  for (const name of ['.step-00000010.tmp', 'step-00000010.tmp', 'step-10', 'step-0000001x', 'best'])
    makeModel(join(checkpoints, name));
  mkdirSync(join(checkpoints, 'step-00000011'));
  writeFileSync(join(checkpoints, 'step-00000012'), 'a file');
  makeModel(join(checkpoints, 'step-00000013'));
  expect(checkpointSteps(run)).toEqual([13]);
});

test('a model is told by its config.json', () => {
  const folder = scratch();
  expect(isModelFolder(folder)).toBe(false);
  expect(isModelFolder(makeModel(folder))).toBe(true);
  expect(isModelFolder(join(folder, 'nowhere'))).toBe(false);
});
