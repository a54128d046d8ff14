import { engineOfRun, resumeProblem, resumeRun } from '../../launch/resumeRun.ts';
import { engineCall } from '../engine.ts';
import { findRun, readState } from '../findRun.ts';
import { followRun } from '../follow.ts';
import { reportEnd } from '../report.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast resume ID`: a new attempt from the last checkpoint of a stopped, failed or lost run. */
export async function resumeCommand(
  id: string,
  options: { readonly detach?: boolean; readonly json?: boolean },
  services: Services,
): Promise<number> {
  const run = findRun(id, services.folder);
  const { state, status } = readState(run.folder);
  const problem = resumeProblem(run.folder, status);
  if (problem !== undefined) throw new UserError(problem);
  const call = await engineCall(engineOfRun(run.folder), services);
  await resumeRun({ folder: run.folder, status, ...call });
  if (options.detach === true) {
    services.terminal.out(options.json === true ? JSON.stringify(run) : `${run.id}\n${run.folder}`);
    return EXIT.done;
  }
  return reportEnd(
    run,
    await followRun(run, services.terminal, state.attempt + 1),
    services,
    options.json === true,
  );
}
