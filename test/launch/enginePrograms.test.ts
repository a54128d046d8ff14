import { delimiter } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { engineProgramFor } from '../../src/launch/enginePrograms.ts';
import { NoUsablePython } from '../../src/launch/pythonForEngine.ts';
import { NONE, refuseToLook, USABLE } from './engines.ts';

const PARTS = { tfjsEngine: '/engines/tfjs/main.js', torchEngine: '/engines/torch' };
afterEach(() => {
  vi.unstubAllEnvs();
});

test('the TypeScript engine runs on Node, and nobody looks for Python', async () => {
  expect(await engineProgramFor('tfjs', { ...PARTS, findPython: refuseToLook })).toEqual({
    engine: { command: process.execPath, args: ['/engines/tfjs/main.js'] },
    env: {},
  });
});

test.each([
  [undefined, '/engines/torch'],
  ['', '/engines/torch'],
  ['/mine', `/engines/torch${delimiter}/mine`],
])('the torch engine is a module that Python finds before those of PYTHONPATH %j', async (before, after) => {
  vi.stubEnv('PYTHONPATH', before);
  const { engine, env } = await engineProgramFor('torch', { ...PARTS, findPython: USABLE });
  expect(engine).toEqual({ command: '/env/bin/python', args: ['-m', 'holdfast_torch'] });
  expect(env).toMatchObject({ PYTHONPATH: after, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' });
  expect(env).toHaveProperty('PYTHONNOUSERSITE', undefined);
});

test('without a Python it is refused, so that setting it up can be offered', async () => {
  await expect(engineProgramFor('torch', { ...PARTS, findPython: NONE })).rejects.toBeInstanceOf(
    NoUsablePython,
  );
});
