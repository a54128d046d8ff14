import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfastHome } from '../folder/deviceLock.ts';
import { fileProblem } from './fileProblem.ts';

/** A package that the torch engine needs, and the least version of it. */
export interface Requirement {
  readonly name: string;
  readonly atLeast: string;
}

export const MIN_PYTHON = '3.10';

/** What the torch engine in `folder` needs, from its pyproject.toml. Throws one sentence where that cannot be read. */
export function torchRequirements(folder: string): Requirement[] {
  return requirementsIn(readOwn(join(folder, 'pyproject.toml')));
}

/** The file with the exact versions that Holdfast installs. */
export function pinnedRequirements(folder: string): string {
  return join(folder, 'requirements.txt');
}

/** Where Holdfast keeps the environment that it makes for this engine: a new list of packages is a new environment. */
export function ownEnvironment(folder: string): string {
  const hash = createHash('sha256')
    .update(readOwn(pinnedRequirements(folder)))
    .digest('hex');
  return join(holdfastHome(), 'torch', hash.slice(0, 12));
}

function readOwn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileProblem('read', path, error);
  }
}

/** `dependencies` of a pyproject.toml: lines like `"torch>=2.6",`. */
export function requirementsIn(text: string): Requirement[] {
  const list = /^dependencies\s*=\s*\[([^\]]*)\]/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/["']([A-Za-z0-9._-]+)\s*>=\s*([\d.]+)[^"']*["']/g)].map(([, name, atLeast]) => ({
    name: name ?? '',
    atLeast: atLeast ?? '',
  }));
}

/** Whether a version is at least another: numbers between dots; what follows them (rc1, +cu130) does not count. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbersOf(version), numbersOf(least)];
  for (let index = 0; index < want.length; index++) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbersOf(version: string): number[] {
  return (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
}
