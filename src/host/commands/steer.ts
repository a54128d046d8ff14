import { window } from 'vscode';
import { sendCommand } from '../../launch/sendCommand.ts';
import { stopRun } from '../../launch/stopRun.ts';
import type { CommandName } from '../../protocol/commands.ts';
import { titleOf } from '../../runs/runView.ts';
import { plain } from '../plain.ts';
import type { CommandHandler } from '../services.ts';
import { pickRun } from './pickRun.ts';

/** Stop, pause, continue, save, evaluate: asks a living engine; the answer is in the run's events, and so in every view. */
export function steer(command: CommandName, doing: string): CommandHandler {
  return async (services, arg) => {
    const run = await pickRun(services, arg, command, doing);
    if (run === undefined) return;
    sendCommand(run.folder, command, `${doing} (VS Code)`);
    services.log.info(`asked ${run.folder} to ${command}`);
    window.setStatusBarMessage(`$(sync~spin) ${plain(titleOf(run))}: asked to ${doing}`, 3_000);
  };
}

/** Ends an engine that does not listen, with its whole process tree. */
export const kill: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, 'kill', 'end by force');
  if (run === undefined) return;
  const end = 'End by Force';
  const detail = 'What it has done since its last checkpoint is lost. Resume goes on from there.';
  const chosen = await window.showWarningMessage(
    plain(`End run "${titleOf(run)}" by force?`),
    { modal: true, detail },
    end,
  );
  if (chosen !== end) return;
  const outcome = await stopRun(run.folder, { graceSeconds: 0 });
  services.log.info(`ended ${run.folder} by force: ${outcome}`);
  services.feed.refresh();
};
