import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { resolveInside } from '../../src/folder/contain.ts';
import { scratch } from './bundle.ts';

describe('resolveInside', () => {
  const base = realpathSync.native(scratch());
  const folder = join(base, 'run');

  beforeAll(() => {
    mkdirSync(join(folder, 'checkpoints', 'step-1'), { recursive: true });
    mkdirSync(join(base, 'run-neighbour'));
    writeFileSync(join(folder, 'run.json'), '{}');
    symlinkSync(base, join(folder, 'out'));
    symlinkSync(join(base, 'run-neighbour'), join(folder, 'neighbour'));
    symlinkSync(join(folder, 'checkpoints'), join(folder, 'in'));
    symlinkSync(join(base, 'not there yet'), join(folder, 'dangling'));
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    symlinkSync(folder, join(base, 'alias'));
  });

  test.each([
    ['run.json', 'run.json'],
    ['./run.json', 'run.json'],
    ['checkpoints/step-1', 'checkpoints/step-1'],
    ['checkpoints/step-2/model.safetensors', 'checkpoints/step-2/model.safetensors'],
    ['..hidden', '..hidden'],
    ['in/step-1', 'checkpoints/step-1'],
    ['in/new', 'checkpoints/new'],
    ['', undefined],
    ['.', undefined],
    ['..', undefined],
    ['../run', undefined],
    ['checkpoints/../../x', undefined],
    ['checkpoints/../run.json', undefined],
    ['checkpoints\\..\\..\\x', undefined],
    ['/etc/passwd', undefined],
    ['C:\\Windows', undefined],
    ['\\\\server\\share', undefined],
    ['run.json\0.txt', undefined],
    ['out', undefined],
    ['out/run/run.json/..', undefined],
    ['out/anything/new', undefined],
    ['neighbour', undefined],
    ['dangling', undefined],
    ['dangling/x', undefined],
    ['loop', undefined],
    ['run.json/x', undefined],
  ])('%j -> %j', (relative, expected) => {
    expect(resolveInside(folder, relative)).toBe(expected === undefined ? undefined : join(folder, expected));
  });

  test('a folder reached by a link is that folder; a folder that is not there holds nothing', () => {
    expect(resolveInside(join(base, 'alias'), 'run.json')).toBe(join(folder, 'run.json'));
    expect(resolveInside(join(base, 'nowhere'), 'run.json')).toBeUndefined();
  });
});
