import { writeFileSync } from 'node:fs';
import { messageOf } from '../../base/text.ts';
import { errorCode } from '../../folder/errorCode.ts';
import { renderNewConfig } from '../../config/newConfig.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast init`: a commented config to start from; never over an existing file. */
export function initCommand(
  options: { readonly data?: string; readonly model?: string; readonly out: string },
  services: Services,
): number {
  const text = renderNewConfig({
    model: options.model ?? 'path/to/model',
    data: options.data ?? 'train.jsonl',
  });
  try {
    writeFileSync(options.out, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST')
      throw new UserError(`${options.out} exists already: choose another name with --out.`);
    throw new UserError(
      `${options.out} could not be written (${messageOf(error)}): give another path with --out.`,
    );
  }
  services.terminal.out(options.out);
  return EXIT.done;
}
