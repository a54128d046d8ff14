import { statSync } from 'node:fs';
import { bytes } from '../base/format.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { fileProblem } from '../launch/fileProblem.ts';

/** Larger files would keep the other extensions of the window waiting, with which this thread is shared. */
const MOST_BYTES = 64e6;

/**
 * The text of a data file. Throws one sentence where it cannot be read or is too large to be read here.
 * @param cure what to do with a larger one, as an imperative
 */
export function readSmallText(path: string, cure: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MOST_BYTES)
    throw new Error(
      `${path} has ${bytes(size)}, more than the ${bytes(MOST_BYTES)} that an editor should read: ${cure}.`,
    );
  const read = readTextCapped(path, MOST_BYTES);
  if (read !== undefined && 'text' in read) return read.text;
  const reason = read?.problem ?? 'it does not exist; correct the path';
  throw fileProblem('read the data file', path, new Error(reason));
}
