import { window } from 'vscode';
import { messageOf } from '../base/text.ts';
import { NoUsablePython } from '../launch/pythonForEngine.ts';
import { COMMANDS } from './contributions.ts';
import type { Log } from './log.ts';
import { plain } from './plain.ts';
import { runCommand } from './runCommand.ts';

const SHOW_OUTPUT = 'Show Output';
const SET_UP_TORCH = 'Set Up Torch Engine';

/**
 * Does what a command does; where that fails, says the failure's one sentence to the user and the whole of it to the log. What
 * the user has called off (`undefined` from a picker) is no failure.
 */
export async function tellFailure(log: Log, doing: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    log.error(`${doing}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const offers = error instanceof NoUsablePython ? [SET_UP_TORCH, SHOW_OUTPUT] : [SHOW_OUTPUT];
    const chosen = await window.showErrorMessage(plain(messageOf(error), 600), ...offers);
    if (chosen === SET_UP_TORCH) await runCommand(COMMANDS.setUpTorch);
    if (chosen === SHOW_OUTPUT) await runCommand(COMMANDS.showOutput);
  }
}
