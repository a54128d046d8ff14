import { encodeJson } from '../../protocol/numbers.ts';
import { compared, readRuns } from '../compared.ts';
import { comparisonText } from '../render/comparison.ts';
import type { Services } from '../services.ts';
import { EXIT } from '../userError.ts';

/** `holdfast compare ID...`: runs side by side, at the end and where they have learned the same. */
export function compareCommand(
  ids: readonly string[],
  options: { readonly json?: boolean },
  services: Services,
): number {
  const { rows, columns, pairs } = compared(readRuns(ids, services.folder));
  const { terminal } = services;
  terminal.out(
    options.json === true ? encodeJson({ rows, pairs }) : comparisonText(columns, pairs, terminal.columns()),
  );
  return EXIT.done;
}
