import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { QuickPickItemKind, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { grouped } from '../../base/format.ts';
import type { Cure } from '../../config/newConfig.ts';
import { isModelFolder } from '../../launch/checkpoints.ts';
import { modelSummary } from '../../launch/modelSummary.ts';
import { freeName } from '../freeName.ts';
import { plain } from '../plain.ts';
import { workspaceFolders } from '../roots.ts';
import type { CommandHandler, Services } from '../services.ts';

const TITLE = 'Holdfast: New SFT Config';
const EXCLUDED = '**/{node_modules,.holdfast,.git}/**';

/** Asks for model, data and cure, and opens a commented config that can be started as it is. Nothing is written before it is saved. */
export const newConfig: CommandHandler = async (services) => {
  const model = await pickModel(services);
  if (model === undefined) return;
  const data = await pickData(services);
  if (data === undefined) return;
  const cures = await pickCures();
  if (cures === undefined) return;
  const folder = folderOf(data);
  const name = await freeName(folder, basename(data).replace(/\.[^.]+$/, ''), 1);
  const text = services
    .configTools()
    .renderNewConfig({ model: shorten(folder, model), data: shorten(folder, data), cures });
  const uri = Uri.file(join(folder, name)).with({ scheme: 'untitled' });
  const document = await workspace.openTextDocument(uri);
  const editor = await window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(document.positionAt(0), text));
};

type PathItem = QuickPickItem & { readonly path?: string; readonly browse?: boolean };

async function pickModel({ programs }: Services): Promise<string | undefined> {
  const found = await workspace.findFiles('**/config.json', EXCLUDED, 200);
  const folders = found
    .map(({ fsPath }) => dirname(fsPath))
    .filter((folder) => modelSummary(folder).parameters !== undefined);
  const { lab } = await programs();
  const items: PathItem[] = [
    ...folders.map(modelItem),
    { ...modelItem(join(lab, 'base')), label: '$(package) The small model that ships with Holdfast' },
    { label: 'Elsewhere', kind: QuickPickItemKind.Separator },
    {
      label: '$(folder-opened) Browse ...',
      detail: 'A folder in Hugging Face layout: config.json, model.safetensors, tokenizer.json',
      browse: true,
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: `${TITLE} (1/3)`,
    placeHolder: 'Which model shall learn?',
    matchOnDescription: true,
  });
  return picked?.browse === true ? browse('folder') : picked?.path;
}

function modelItem(folder: string): PathItem {
  const { parameters, type } = modelSummary(folder);
  const size = parameters === undefined ? '' : `${grouped(parameters)} parameters`;
  return {
    label: `$(package) ${plain(basename(folder), 60)}`,
    description: plain([type, size].filter(Boolean).join(', ')),
    detail: plain(workspace.asRelativePath(folder)),
    path: folder,
  };
}

async function pickData(services: Services): Promise<string | undefined> {
  const found = await workspace.findFiles('**/*.{jsonl,json}', EXCLUDED, 500);
  const items: PathItem[] = [
    ...found.flatMap(({ fsPath }) => dataItem(services, fsPath)),
    { label: 'Elsewhere', kind: QuickPickItemKind.Separator },
    {
      label: '$(folder-opened) Browse ...',
      detail: 'prompt/completion, messages, alpaca, sharegpt, text or EntityQuestions rows',
      browse: true,
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: `${TITLE} (2/3)`,
    placeHolder: 'Which rows shall it learn?',
    matchOnDescription: true,
  });
  return picked?.browse === true ? browse('file') : picked?.path;
}

/** None for a file whose beginning is no data: workspaces are full of other JSON. */
function dataItem({ configTools }: Services, path: string): PathItem[] {
  const { rows } = configTools().parseRows(beginningOf(path), basename(path));
  const [first] = rows;
  if (first === undefined) return [];
  return [
    {
      label: `$(database) ${plain(workspace.asRelativePath(path), 80)}`,
      description: plain(JSON.stringify(first).slice(0, 100)),
      path,
    },
  ];
}

const PEEKED_BYTES = 65_536;

/** The first complete lines; a JSON array counts only if it fits. */
function beginningOf(path: string): string {
  try {
    const handle = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(PEEKED_BYTES);
      const text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, PEEKED_BYTES, 0));
      return text.length < PEEKED_BYTES ? text : text.slice(0, text.lastIndexOf('\n') + 1);
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}

async function pickCures(): Promise<readonly Cure[] | undefined> {
  const items: (QuickPickItem & { readonly cures: readonly Cure[] })[] = [
    {
      label: '$(shield) Self-distillation',
      description: 'recommended where new facts are to be learned',
      detail: 'Learns the rows, keeps to what it said before; steps take a quarter longer.',
      cures: ['self_distill'],
    },
    {
      label: '$(lock) Train attention only',
      description: 'where no new facts are needed',
      detail: 'Learns style and format; faster, and slow to learn new facts.',
      cures: ['attention_only'],
    },
    {
      label: '$(shield) Both',
      detail: 'Self-distillation, and everything but attention stands still.',
      cures: ['self_distill', 'attention_only'],
    },
    {
      label: '$(flame) Plain fine-tuning',
      detail: 'Learns fastest and forgets most. The panel shows what.',
      cures: [],
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: `${TITLE} (3/3)`,
    placeHolder: 'How shall it keep what it knows?',
  });
  return picked?.cures;
}

async function browse(what: 'file' | 'folder'): Promise<string | undefined> {
  const [chosen] = (await window.showOpenDialog({
    canSelectFiles: what === 'file',
    canSelectFolders: what === 'folder',
    openLabel: 'Use',
    ...(what === 'file' ? { filters: { Rows: ['jsonl', 'json'] } } : {}),
  })) ?? [undefined];
  if (chosen === undefined) return undefined;
  if (what === 'folder' && !isModelFolder(chosen.fsPath))
    throw new Error(`${chosen.fsPath} is no model in Hugging Face layout: it has no config.json.`);
  return chosen.fsPath;
}

/** Configs stand at the top of the workspace folder, where they are found; data from elsewhere has its config beside it. */
function folderOf(data: string): string {
  return workspaceFolders().find((folder) => data.startsWith(folder + sep)) ?? dirname(data);
}

function shorten(folder: string, path: string): string {
  const way = relative(folder, path);
  return way.startsWith('..') ? path : way.split(sep).join('/');
}
