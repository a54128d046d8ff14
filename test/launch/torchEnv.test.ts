import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repository } from '../cli/cli.ts';
import { scratch } from '../folder/bundle.ts';
import { program } from './pythons.ts';

/** What `npm test` does about the Python of the torch engine's tests, in an environment of its own. */
async function ensured(env: Readonly<Record<string, string>>): Promise<object> {
  const script = `import { ensureTorchEnvironment } from ${JSON.stringify(join(repository, 'scripts/torch-env.mjs'))};
console.log(JSON.stringify(await ensureTorchEnvironment()));`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { HOLDFAST_CACHE: scratch(), ...env },
  });
  return JSON.parse(stdout) as object;
}

test('a Python that is named is taken as it is', async () => {
  expect(await ensured({ HOLDFAST_TEST_PYTHON: process.execPath })).toEqual({ python: process.execPath });
  expect(await ensured({ HOLDFAST_TEST_PYTHON: '/nowhere/python' })).toEqual({
    missing: 'HOLDFAST_TEST_PYTHON names /nowhere/python, which is no program: name a Python, or unset it',
  });
});

test.skipIf(process.platform === 'win32')(
  'where none can be had, tests are skipped, and it is said why',
  async () => {
    const missing = {
      missing: 'the tests of the torch engine need Python 3.10 or newer, or uv: install one of them',
    };
    expect(await ensured({ PATH: scratch() })).toEqual(missing);
    const folder = scratch();
    program('echo 3 9', join(folder, 'python3'));
    expect(await ensured({ PATH: folder })).toEqual(missing);
  },
);

test.skipIf(process.platform === 'win32')(
  'a Python that cannot be fitted out is no reason to skip',
  async () => {
    const folder = scratch();
    program('case "$1" in -c) echo 3 12;; *) exit 1;; esac', join(folder, 'python3'));
    expect(await ensured({ PATH: folder })).toMatchObject({
      isBroken: true,
      missing: expect.stringContaining(
        `${join(folder, 'python3')} ended with 1: check the network`,
      ) as string,
    });
  },
);
