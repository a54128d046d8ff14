import { relaunch } from '../launcher.ts';
import type { CommandHandler } from '../services.ts';
import { mayRunPrograms } from '../trust.ts';
import { pickRun } from './pickRun.ts';

/** A new engine in the folder of a run that stopped, failed or was lost; it goes on from the last checkpoint. */
export const resume: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const run = await pickRun(services, arg, 'resume', 'resume');
  if (run === undefined) return;
  if (services.settings.openPanelOnStart.value()) services.panels.show(run.folder);
  await relaunch(services, run);
};
