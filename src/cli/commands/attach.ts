import { livenessOfRun } from '../../launch/runReader.ts';
import { findRun, readState } from '../findRun.ts';
import { followRun } from '../follow.ts';
import { reportEnd } from '../report.ts';
import type { Services } from '../services.ts';
import { UserError } from '../userError.ts';

/** `holdfast attach ID`: follow a run that somebody else started, or see how one ended. */
export async function attachCommand(
  id: string,
  options: { readonly json?: boolean },
  services: Services,
): Promise<number> {
  const run = findRun(id, services.folder);
  // Nothing would ever come: the engine could not be started, or whoever made the folder was killed before.
  if (livenessOfRun(run.folder).process === 'none' && readState(run.folder).state.attempt === 0)
    throw new UserError(`Run ${run.id} was never started: start it with "holdfast resume ${run.id}".`);
  return reportEnd(run, await followRun(run, services.terminal, 0), services, options.json === true);
}
