import { findRun } from '../findRun.ts';
import { followRun } from '../follow.ts';
import { reportEnd } from '../report.ts';
import type { Services } from '../services.ts';

/** `holdfast attach ID`: follow a run that somebody else started, or see how one ended. */
export async function attachCommand(
  id: string,
  options: { readonly json?: boolean },
  services: Services,
): Promise<number> {
  const run = findRun(id, services.folder);
  return reportEnd(run, await followRun(run, services.terminal, 0), services.terminal, options.json === true);
}
