import { renderNewConfig } from '../../config/newConfig.ts';
import type { Services } from '../services.ts';
import { EXIT } from '../userError.ts';
import { writeNew } from '../writeNew.ts';

/** `holdfast init`: a commented config to start from; never over an existing file. */
export function initCommand(
  options: { readonly data?: string; readonly model?: string; readonly out: string },
  services: Services,
): number {
  const text = renderNewConfig({
    model: options.model ?? 'path/to/model',
    data: options.data ?? 'train.jsonl',
  });
  writeNew(options.out, text);
  services.terminal.out(options.out);
  return EXIT.done;
}
