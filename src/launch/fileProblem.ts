import { messageOf } from '../base/text.ts';
import { errorCode } from '../folder/errorCode.ts';

/** One sentence for a failed file operation: "Cannot `doing` `path`: why; cure." The Node error stays its cause. */
export function fileProblem(doing: string, path: string, error: unknown): Error {
  const code = errorCode(error);
  const why =
    code === undefined
      ? messageOf(error)
      : (CURES[code] ?? `${messageOf(error)}; check the path and try again`);
  return new Error(`Cannot ${doing} ${path}: ${why}.`, { cause: error });
}

const FULL = 'the disk is full; free some space and try again';
const DENIED = 'permission is denied; change the permissions or choose another folder';

const CURES: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: 'the disk is read-only; choose a folder that can be written',
  EACCES: DENIED,
  EPERM: DENIED,
  ENOENT: 'it does not exist; correct the path',
  EISDIR: 'it is a folder, not a file; correct the path',
  ENOTDIR: 'a part of the path is a file, not a folder; correct the path',
  ENAMETOOLONG: 'the path is too long for this system; choose a shorter one',
};
