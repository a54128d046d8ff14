import type { Access } from './access.ts';
import type { Kept } from './kept.ts';

/** Hashes of files' contents, so that a gigabyte is read for one only when it changed. */
export interface Hashes {
  /** undefined: the file has to be read for it. */
  readonly known: (path: string, access: Access, kept: Kept) => string | undefined;
  /** @param stamp the file's before it was read: what changed meanwhile is not remembered */
  readonly learn: (
    path: string,
    found: { readonly stamp: string | undefined; readonly sha256: string },
    access: Access,
    kept: Kept,
  ) => void;
}

const MOST_REMEMBERED = 200;

export function createHashes(): Hashes {
  const remembered = new Map<string, { readonly stamp: string; readonly sha256: string }>();
  const remember = (path: string, stamp: string, sha256: string): void => {
    remembered.delete(path);
    remembered.set(path, { stamp, sha256 });
    for (const old of [...remembered.keys()].slice(0, -MOST_REMEMBERED)) remembered.delete(old);
  };
  return {
    known: (path, access, kept) => {
      const stamp = access.stamp(path);
      if (stamp === undefined) return undefined;
      const found = remembered.get(path);
      if (found?.stamp === stamp) return found.sha256;
      const sha256 = kept.recall('hash', [path, stamp]);
      if (sha256 !== undefined) remember(path, stamp, sha256);
      return sha256;
    },
    learn: (path, { stamp, sha256 }, access, kept) => {
      if (stamp === undefined || access.stamp(path) !== stamp) return;
      remember(path, stamp, sha256);
      kept.keep('hash', [path, stamp], sha256);
    },
  };
}
