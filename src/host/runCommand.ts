import { commands } from 'vscode';

/** A command of the editor or of ours. */
export async function runCommand(id: string, ...args: readonly unknown[]): Promise<unknown> {
  return commands.executeCommand(id, ...args);
}
