import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Uri, window, workspace, type QuickPickItem } from 'vscode';
import { trainFiles, type TrainFile } from '../../protocol/runConfig.ts';
import { asWorkspaceEdit } from '../annotations/translate.ts';
import { pickConfig, type ConfigSource } from '../configDocument.ts';
import { resolveOrShow } from '../configProblems.ts';
import { plain } from '../plain.ts';
import type { CommandHandler, Services } from '../services.ts';
import { readSmallText } from '../smallText.ts';
import { countProblem, nameProblem, partName, splitChoices, splitText } from '../splitChoices.ts';
import { mayRunPrograms } from '../trust.ts';

const TITLE = 'Holdfast: Split Off an Evaluation File';
const CURE =
  'shuffle and cut it in a terminal (shuf, head, tail), and name the parts as train_file and eval_file';

/** Sets rows of a training file aside, in two new files beside it, and changes the config to use them; one Undo takes all back. */
export const splitOffEvaluation: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const source = await pickConfig(arg, TITLE);
  const resolved = source && (await resolveOrShow(services, source, TITLE));
  if (source === undefined || resolved === undefined) return;
  const { config } = resolved;
  if (config.eval_file !== undefined)
    throw new Error(
      `\`eval_file\` is ${config.eval_file} already: take the line out first to split off another one.`,
    );
  const files = trainFiles(config);
  const file = await pickFile(files);
  if (file === undefined) return;
  const text = readSmallText(file.path, CURE);
  const count = await pickCount(services, file.path, text);
  if (count === undefined) return;
  const trainName = await pickName(file.path, 'train');
  const evalName = trainName === undefined ? undefined : await pickName(file.path, 'eval', trainName);
  if (trainName === undefined || evalName === undefined) return;
  const parts = services.configTools().splitRows(text, { count, seed: config.seed });
  if (parts.evaluation.length === 0)
    throw new Error(`Too many rows of ${file.path} ask the same to be torn apart: set more of them aside.`);
  const names = { index: files.indexOf(file), trainName, evalName };
  await apply(services, source, dirname(file.path), { ...names, ...parts });
  const counts = { train: parts.train.length, evaluation: parts.evaluation.length };
  void window.showInformationMessage(plain(splitText(basename(file.path), counts)));
};

async function pickFile(files: readonly TrainFile[]): Promise<TrainFile | undefined> {
  if (files.length === 1) return files[0];
  const items = files.map((file): QuickPickItem & { file: TrainFile } => ({
    label: plain(basename(file.path), 80),
    description: plain(workspace.asRelativePath(file.path)),
    file,
  }));
  const picked = await window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'Rows of which training file shall be set aside?',
  });
  return picked?.file;
}

async function pickCount(services: Services, path: string, text: string): Promise<number | undefined> {
  const rows = services.configTools().parseRows(text, basename(path)).rows.length;
  if (rows < 2) throw new Error(`${path} has too few rows (${rows}) to be split: give it at least two.`);
  const items: (QuickPickItem & { readonly count?: number })[] = [
    ...splitChoices(rows),
    { label: 'A number of rows ...' },
  ];
  const picked = await window.showQuickPick(items, {
    title: TITLE,
    placeHolder: `How many rows of ${plain(basename(path), 80)} shall be set aside?`,
  });
  return picked === undefined || picked.count !== undefined ? picked?.count : askForCount(rows);
}

async function askForCount(rows: number): Promise<number | undefined> {
  const written = await window.showInputBox({
    title: TITLE,
    prompt: `How many of the ${rows} rows shall be set aside?`,
    validateInput: (text) => countProblem(text, rows),
  });
  return written === undefined ? undefined : Number(written);
}

/** The name that nobody has to think about; where it is taken, another one of the user's. */
async function pickName(
  path: string,
  part: 'train' | 'eval',
  alsoTaken?: string,
): Promise<string | undefined> {
  const isTaken = (name: string): boolean => name === alsoTaken || existsSync(join(dirname(path), name));
  const usual = partName(basename(path), part);
  if (!isTaken(usual)) return usual;
  let copy = 2;
  while (isTaken(partName(basename(path), part, copy))) copy++;
  return window.showInputBox({
    title: TITLE,
    prompt: `${plain(usual)} exists already. What shall the ${part === 'train' ? 'training' : 'evaluation'} file be called?`,
    value: partName(basename(path), part, copy),
    validateInput: (name) => nameProblem(name, isTaken),
  });
}

interface Parts {
  readonly index: number;
  readonly trainName: string;
  readonly evalName: string;
  /** Records, one line each. */
  readonly train: readonly string[];
  readonly evaluation: readonly string[];
}

/** Files and config in one edit, so that one Undo takes all of it back. */
async function apply(services: Services, source: ConfigSource, folder: string, parts: Parts): Promise<void> {
  const document = await workspace.openTextDocument(Uri.file(source.path));
  const edits = services.configTools().evaluationEdits(document.getText(), parts);
  const edit = asWorkspaceEdit(document, edits);
  const create = (name: string, records: readonly string[]): void =>
    edit.createFile(Uri.file(join(folder, name)), {
      overwrite: false,
      ignoreIfExists: false,
      contents: Buffer.from(records.map((record) => `${record}\n`).join('')),
    });
  create(parts.trainName, parts.train);
  create(parts.evalName, parts.evaluation);
  if (!(await workspace.applyEdit(edit, { isRefactoring: true })))
    throw new Error(
      `The rows of ${source.name} could not be split: check that ${folder} can be written, and try again.`,
    );
  await window.showTextDocument(document);
}
