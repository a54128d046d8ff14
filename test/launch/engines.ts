import { join } from 'node:path';
import type { PythonSearch } from '../../src/launch/pythonForEngine.ts';
import { repository } from '../cli/cli.ts';
import { CPU, PACKAGES } from './pythons.ts';

/** What the search for Python may find, for those who only decide by it. */

/** A real model that the TypeScript engine trains. */
export const TINY = join(repository, 'test/fixtures/models/tiny-llama');

export const USABLE = (): Promise<PythonSearch> =>
  Promise.resolve({
    kind: 'usable',
    command: '/env/bin/python',
    report: { python: '3.11.2', packages: PACKAGES, import_error: null, torch: CPU },
    warnings: [],
  });

export const NONE = (): Promise<PythonSearch> =>
  Promise.resolve({ kind: 'unusable', problem: 'No Python was found: run "holdfast setup torch".' });

/** Nobody should wait for a search whose result does not matter. */
export const refuseToLook = (): Promise<PythonSearch> => Promise.reject(new Error('looked for Python'));
