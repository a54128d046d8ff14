import { basename, dirname } from 'node:path';
import { Uri, window, workspace, type QuickPickItem, type TextDocument } from 'vscode';
import { COMMANDS } from './contributions.ts';
import { runCommand } from './runCommand.ts';

/** A config that is to be run. */
export interface ConfigSource {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly text: string;
}

export const CONFIG_FILE = /\.sft\.(ya?ml|json)$/i;

/**
 * The config a command is about: the one a menu names, else the one in the active editor, else the one the user picks. Unsaved
 * changes are saved first: what runs is what is on disk. Undefined where the user calls it off.
 * @param title of the picker
 */
export async function pickConfig(
  arg: unknown,
  title = 'Holdfast: Start SFT Run',
): Promise<ConfigSource | undefined> {
  const uri = uriIn(arg) ?? activeConfig()?.uri ?? (await choose(title));
  return uri === undefined ? undefined : readConfigDocument(uri);
}

/** A config from its editor or from disk. Rejects with one sentence where it cannot be read or saved. */
export async function readConfigDocument(uri: Uri): Promise<ConfigSource | undefined> {
  let document = await workspace.openTextDocument(uri);
  if (document.isUntitled) {
    const saved = await workspace.save(uri);
    if (saved === undefined) return undefined;
    document = await workspace.openTextDocument(saved);
  }
  if (document.isDirty && !(await document.save()))
    throw new Error(
      `${basename(document.fileName)} could not be saved, so nothing was started: save it by hand first.`,
    );
  if (document.uri.scheme !== 'file')
    throw new Error(`${basename(document.fileName)} is not a file on this machine: runs need one.`);
  const path = document.uri.fsPath;
  return { path, folder: dirname(path), name: basename(path), text: document.getText() };
}

function activeConfig(): TextDocument | undefined {
  const document = window.activeTextEditor?.document;
  return document !== undefined && CONFIG_FILE.test(document.fileName) ? document : undefined;
}

function uriIn(arg: unknown): Uri | undefined {
  return arg instanceof Uri ? arg : undefined;
}

const EXCLUDED = '**/{node_modules,.holdfast,.git}/**';

async function choose(title: string): Promise<Uri | undefined> {
  const found = await workspace.findFiles('**/*.sft.{yaml,yml,json}', EXCLUDED, 500);
  if (found.length === 0) return offerNew();
  if (found.length === 1) return found[0];
  const items = found
    .map((uri): QuickPickItem & { uri: Uri } => ({
      label: basename(uri.fsPath),
      description: workspace.asRelativePath(dirname(uri.fsPath)),
      uri,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const picked = await window.showQuickPick(items, {
    title,
    placeHolder: 'Which config?',
    matchOnDescription: true,
  });
  return picked?.uri;
}

async function offerNew(): Promise<undefined> {
  const make = 'New SFT Config';
  const sample = 'Try the Sample';
  const chosen = await window.showInformationMessage(
    'There is no *.sft.yaml config here yet. Make one, or see a run with the model and the facts that ship with Holdfast.',
    make,
    sample,
  );
  if (chosen === make) await runCommand(COMMANDS.newConfig);
  if (chosen === sample) await runCommand(COMMANDS.trySample);
  return undefined;
}
