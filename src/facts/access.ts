import { closeSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { openRegular, readTextCapped, type CappedText } from '../folder/readCapped.ts';
import { policyFor, type Policy } from './policy.ts';
import type { FactsEnvironment } from './question.ts';

/** The disk as far as a window may see it. What may not be opened is as if it were not there. */
export interface Access {
  readonly mayOpen: (path: string) => boolean;
  /** Changes whenever a file or folder is written or replaced; undefined where there is none. */
  readonly stamp: (path: string) => string | undefined;
  /** The caller closes it. Throws the Node error where there is no such file, and where it is none that can be read. */
  readonly open: (path: string) => number;
  readonly readText: (path: string, maxBytes: number) => CappedText;
}

export function createAccess({ isTrusted, workspaceFolders, shippedFiles }: FactsEnvironment): Access {
  const folders = [...new Set(workspaceFolders.flatMap((folder) => [folder, realOf(folder) ?? folder]))];
  const policy = policyFor({ isTrusted, workspaceFolders: folders, platform: process.platform });
  const isShipped = (path: string): boolean => shippedFiles.includes(path);
  const mayOpen = (path: string): boolean =>
    isShipped(path) || (isTrusted ? mayOpenTrusted(path, policy) : staysInside(path, policy));
  return {
    mayOpen,
    stamp: (path) => (mayOpen(path) ? stampOf(path) : undefined),
    open: (path) => {
      if (!mayOpen(path)) throw new Error('it may not be opened before the workspace is trusted');
      const handle = openRegular(path);
      if (typeof handle === 'number') return handle;
      throw new Error(`it is ${handle.problem}; correct the path`);
    },
    readText: (path, maxBytes) => (mayOpen(path) ? readTextCapped(path, maxBytes) : undefined),
  };
}

/** Runs `action` with an open file and closes it, whatever comes. */
export async function withOpen<Result>(
  handle: number,
  action: (handle: number) => Promise<Result>,
): Promise<Result> {
  try {
    return await action(handle);
  } finally {
    closeSync(handle);
  }
}

function mayOpenTrusted(path: string, policy: Policy): boolean {
  return policy.mayOpen(path) && policy.mayOpen(realOf(path) ?? path);
}

/** Of other people's links there are never that many in a row. */
const MAX_LINKS = 40;

/**
 * Whether a path is allowed, and stays so link by link. Each is judged before it is followed: the system itself would have
 * asked the server already that a link names.
 */
function staysInside(path: string, policy: Policy): boolean {
  let next: string | undefined = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder: string | undefined = policy.mayOpen(next) ? policy.folderOf(next) : undefined;
    if (folder === undefined) return false;
    next = afterFirstLink(folder, next);
    if (next === undefined) return true;
  }
  return false;
}

/** Where `path` leads after its first link below `folder`; undefined where there is none on the way. */
function afterFirstLink(folder: string, path: string): string | undefined {
  const names = relative(folder, path).split(sep);
  let reached = folder;
  for (const [index, name] of names.entries()) {
    const here = join(reached, name);
    const target = name === '' ? undefined : targetOf(here);
    if (target !== undefined) return resolve(reached, target, ...names.slice(index + 1));
    reached = here;
  }
  return undefined;
}

function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    // Not there: nothing to be opened either.
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** Also tells apart what has the same size and modification time. */
function stampOf(path: string): string | undefined {
  try {
    const { size, mtimeNs, ctimeNs, ino, dev } = statSync(path, { bigint: true });
    return [size, mtimeNs, ctimeNs, ino, dev].join(' ');
  } catch {
    return undefined;
  }
}

/** The nearest ancestor that is there, the path itself included. */
export function nearestExisting(path: string): string | undefined {
  if (stampOf(path) !== undefined) return path;
  const parent = dirname(path);
  return parent === path ? undefined : nearestExisting(parent);
}
