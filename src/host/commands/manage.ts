import { basename, join } from 'node:path';
import { env, Uri, window, workspace } from 'vscode';
import { changeNotes } from '../../launch/notes.ts';
import { commandLineOf } from '../../launch/commandLine.ts';
import { nodeForEngine } from '../../launch/nodeForEngine.ts';
import { restoreRun, trashRun } from '../../launch/trash.ts';
import { titleOf } from '../../runs/runView.ts';
import { freeName } from '../freeName.ts';
import { plain } from '../plain.ts';
import type { CommandHandler } from '../services.ts';
import { pickRun } from './pickRun.ts';

export const rename: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, 'rename', 'rename');
  if (run === undefined) return;
  const label = await window.showInputBox({
    title: 'Holdfast: Rename Run',
    prompt: 'A name for this run; empty to take it back.',
    value: run.notes.label ?? titleOf(run),
    validateInput: (text) => (text.length > 200 ? 'At most 200 characters.' : undefined),
  });
  if (label === undefined) return;
  changeNotes(run.folder, { label: label.trim() });
  services.feed.refresh();
};

/** Moves the run to the trash, with Undo: no question before, no regret after. */
export const deleteRun: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, 'delete', 'delete');
  if (run === undefined) return;
  const trashed = trashRun(run.folder);
  services.feed.refresh();
  services.log.info(`moved ${run.folder} to ${trashed}`);
  const undo = 'Undo';
  const chosen = await window.showInformationMessage(
    plain(`Run "${titleOf(run)}" was moved to the trash, where it stays for a month.`),
    undo,
  );
  if (chosen !== undo) return;
  restoreRun(trashed, run.folder);
  services.feed.refresh();
};

/** The run's config in a new file beside the old one, to be changed and started. */
export const duplicate: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, 'duplicate', 'duplicate');
  if (run?.file === undefined) return;
  const { config, origins, config_file: file } = run.file;
  const text = services.configTools().configAsYaml(config, origins, {
    all: false,
    heading: `As run ${run.id} was run. Change what you like, save it, and start it.`,
  });
  const name = (file === null ? run.id : basename(file)).replace(/(\.sft)?\.(ya?ml|json)$/i, '');
  const folder = file === null ? services.storage : file.slice(0, -basename(file).length);
  const uri = Uri.file(join(folder, await freeName(folder, name, 2))).with({ scheme: 'untitled' });
  const document = await workspace.openTextDocument(uri);
  const editor = await window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(document.positionAt(0), text));
};

/** What to type in a terminal of this machine to do the same without the editor. */
export const copyCommandLine: CommandHandler = async (services, arg) => {
  const run = await pickRun(services, arg, undefined, 'repeat in a terminal');
  if (run?.file === undefined) return;
  const { cli } = await services.programs();
  const { command } = await nodeForEngine(services.settings.nodePath.value());
  const system = process.platform === 'win32' ? 'windows' : 'posix';
  await env.clipboard.writeText(commandLineOf(run.file, { node: command, cli, system }));
  window.setStatusBarMessage(`$(check) Copied the command line of ${plain(titleOf(run))}`, 3_000);
};
