import type { CommandName } from '../../protocol/commands.ts';
import { livenessOfRun } from '../../launch/runReader.ts';
import { sendCommand } from '../../launch/sendCommand.ts';
import { findRun } from '../findRun.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast pause | continue | save | evaluate ID`: asks a living engine; its answer is in the run's events. */
export function steerCommand(command: CommandName, id: string, services: Services): number {
  const run = findRun(id, services.folder);
  const { process } = livenessOfRun(run.folder);
  if (process === 'gone' || process === 'none')
    throw new UserError(`Run ${run.id} is not running: go on with "holdfast resume ${run.id}".`);
  sendCommand(run.folder, command, `holdfast ${command}`);
  services.terminal.out(`${run.id}: asked to ${command}`);
  return EXIT.done;
}
