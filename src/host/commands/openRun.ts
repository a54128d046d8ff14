import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { env, Uri, window, workspace } from 'vscode';
import { runPaths } from '../../folder/layout.ts';
import { RUN_CONFIG_SCHEME } from '../contributions.ts';
import { runCommand } from '../runCommand.ts';
import type { CommandHandler } from '../services.ts';
import { pickRun } from './pickRun.ts';

/** The live panel. */
export const openRun: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, undefined, 'open');
  if (run !== undefined) services.panels.show(run.folder);
};

/** Everything the engine and its libraries printed. */
export const openLog: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, undefined, 'see the log of');
  if (run === undefined) return;
  const { log } = runPaths(run.folder);
  if (!existsSync(log)) throw new Error(`Run ${run.id} has no log: no engine has been started on it yet.`);
  await window.showTextDocument(Uri.file(log), { preview: true });
};

/** The config as it was run, every default filled in; the file it came from may be another by now. */
export const openConfig: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, undefined, 'see the config of');
  if (run === undefined) return;
  const uri = Uri.from({ scheme: RUN_CONFIG_SCHEME, path: `${run.folder}/${run.id}.yaml` });
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
};

/** In the system's file manager; a remote window has none, so there its explorer or a terminal. */
export const reveal: CommandHandler = async (services, arg) => {
  const path = pathOf(arg) ?? (await pickRun(services, arg, undefined, 'reveal'))?.folder;
  if (path === undefined) return;
  if (!existsSync(path)) throw new Error(`${path} is not there any more.`);
  // A browser or a remote window has no file manager of that machine.
  const isElsewhere = env.remoteName !== undefined || env.appHost !== 'desktop';
  if (isElsewhere) window.createTerminal({ name: 'Run Folder', cwd: path }).show();
  else await runCommand('revealFileInOS', Uri.file(path));
};

/** For pasting into a script that loads the model. */
export const copyCheckpointPath: CommandHandler = async (_services, arg) => {
  const path = pathOf(arg);
  if (path === undefined) throw new Error('Choose a checkpoint in the run explorer to copy its path.');
  await env.clipboard.writeText(path);
  window.setStatusBarMessage(
    `$(check) Copied the path of a checkpoint in ${dirname(path).split(/[/\\]/).at(-2) ?? ''}`,
    3_000,
  );
};

/** The path that a node of the explorer, or its command, carries. */
function pathOf(arg: unknown): string | undefined {
  if (typeof arg !== 'object' || arg === null) return undefined;
  if ('path' in arg && typeof arg.path === 'string') return arg.path;
  const leaf = 'leaf' in arg ? arg.leaf : undefined;
  if (typeof leaf !== 'object' || leaf === null || !('path' in leaf)) return undefined;
  return typeof leaf.path === 'string' ? leaf.path : undefined;
}
