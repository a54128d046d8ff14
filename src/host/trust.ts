import { window, workspace } from 'vscode';
import { runCommand } from './runCommand.ts';

const MANAGE = 'Manage Workspace Trust';

/**
 * Whether programs may be started here. Where not, says why, and offers to change it: a config names models, data and programs,
 * and whoever wrote the folder chose them.
 */
export async function mayRunPrograms(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const chosen = await window.showWarningMessage(
    'This window is in Restricted Mode: Holdfast shows runs and configs, and starts nothing, because the folder decides what would be run. Trust it to train here.',
    MANAGE,
  );
  if (chosen === MANAGE) await runCommand('workbench.trust.manage');
  return false;
}
