import { writeFileSync } from 'node:fs';
import { messageOf } from '../base/text.ts';
import { errorCode } from '../folder/errorCode.ts';
import { UserError } from './userError.ts';

/** Writes the file that `--out` names; never over an existing one. */
export function writeNew(out: string, text: string): void {
  try {
    writeFileSync(out, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST')
      throw new UserError(`${out} exists already: choose another name with --out.`);
    throw new UserError(`${out} could not be written (${messageOf(error)}): give another path with --out.`);
  }
}
