import { stopRun } from '../../launch/stopRun.ts';
import { findRun } from '../findRun.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast stop ID`: politely, and after the grace time with its whole process tree. */
export async function stopCommand(
  id: string,
  options: { readonly grace: string },
  services: Services,
): Promise<number> {
  const graceSeconds = Number(options.grace);
  if (!Number.isFinite(graceSeconds) || graceSeconds < 0)
    throw new UserError(`--grace ${options.grace} is no number of seconds: give 0 or more.`);
  const run = findRun(id, services.folder);
  const outcome = await stopRun(run.folder, { graceSeconds });
  services.terminal.out(`${run.id}: ${outcome}`);
  return EXIT.done;
}
