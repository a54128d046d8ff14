import { basename, dirname, join } from 'node:path';
import { Uri, window, workspace } from 'vscode';
import { plural } from '../../base/text.ts';
import type { Knowledge } from '../../data/knowledge.ts';
import { trainFiles, type RunConfig } from '../../protocol/runConfig.ts';
import type { ProbedFile } from '../../protocol/runFiles.ts';
import { withCancellableProgress } from '../cancellable.ts';
import { pickConfig, type ConfigSource } from '../configDocument.ts';
import { resolveOrShow } from '../configProblems.ts';
import { knowledgeMessage, knowledgePage } from '../knowledgeTexts.ts';
import { plain } from '../plain.ts';
import { probe, type Probing } from '../probing.ts';
import type { CommandHandler, Services } from '../services.ts';
import { readSmallText } from '../smallText.ts';
import { mayRunPrograms } from '../trust.ts';

const TITLE = 'Holdfast: Probe Knowledge';
const SHOW = 'Show Rows';
const WRITE_KNOWN = 'Write Known Rows...';
const WRITE_NEW = 'Write New Rows...';
const ASK_AGAIN = 'Ask Again';

/** Asks the base model of a config its training rows: which it knows, which are new to it, and what that suggests. */
export const probeKnowledge: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const source = await pickConfig(arg, TITLE);
  const resolved = source && (await resolveOrShow(services, source, TITLE));
  if (source === undefined || resolved === undefined) return;
  await probeAndTell(services, source, resolved.config, false);
};

async function probeAndTell(
  services: Services,
  source: ConfigSource,
  config: RunConfig,
  isFresh: boolean,
): Promise<void> {
  const probing = await withCancellableProgress(`Probing ${source.name}`, (report, signal) =>
    probe(services, { source, config, isFresh }, report, signal),
  );
  if (probing === undefined) return;
  const chosen = await tell(services, source, probing);
  if (chosen === ASK_AGAIN) await probeAndTell(services, source, config, true);
  if (chosen === SHOW) await showRows(source, config, probing.probed);
  if (chosen === WRITE_KNOWN) await writeRows(services, config, probing.probed, 'known');
  if (chosen === WRITE_NEW) await writeRows(services, config, probing.probed, 'new');
}

async function tell(
  services: Services,
  source: ConfigSource,
  { probed, isKept }: Probing,
): Promise<string | undefined> {
  const { countKnowledge, knowledgeAdvice } = services.configTools();
  if (probed.rows.length === 0)
    throw new Error(
      `No training row of ${source.name} asks anything: give rows with a question and answers, or a prompt and a completion.`,
    );
  const counts = countKnowledge(probed.rows);
  const message = knowledgeMessage(source.name, counts, {
    advice: knowledgeAdvice(counts, 'editor'),
    isKept,
  });
  services.log.info(message);
  return window.showInformationMessage(
    plain(message, 800),
    SHOW,
    ...(counts.known > 0 ? [WRITE_KNOWN] : []),
    ...(counts.new > 0 ? [WRITE_NEW] : []),
    ...(isKept ? [ASK_AGAIN] : []),
  );
}

async function showRows(source: ConfigSource, config: RunConfig, probed: ProbedFile): Promise<void> {
  const content = knowledgePage(source.name, config, probed);
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document, { preview: true });
}

/** The records of one kind as they stand in the training files, in a file of the user's choice. */
async function writeRows(
  services: Services,
  config: RunConfig,
  probed: ProbedFile,
  kind: Knowledge,
): Promise<void> {
  const paths = trainFiles(config).map(({ path }) => path);
  const cure = `give "holdfast probe MODEL DATA --write-${kind} FILE" in a terminal`;
  const files = paths.map((path) => ({ name: basename(path), text: readSmallText(path, cure) }));
  const records = services.configTools().probedRecords(files, probed.rows, kind);
  if (records === undefined)
    throw new Error('The training rows have changed since they were asked: probe them again.');
  const target = await askForTarget(paths[0] ?? '', kind);
  if (target === undefined) return;
  if (paths.includes(target.fsPath))
    throw new Error(`${target.fsPath} holds the training rows themselves: choose another name.`);
  await workspace.fs.writeFile(target, Buffer.from(records.map((record) => `${record}\n`).join('')));
  const open = 'Open File';
  const said = `${plural(records.length, `${kind} row`)} written to ${target.fsPath}.`;
  if ((await window.showInformationMessage(plain(said), open)) === open)
    await window.showTextDocument(target);
}

async function askForTarget(trainFile: string, kind: Knowledge): Promise<Uri | undefined> {
  const stem = basename(trainFile).replace(/\.[^.]+$/, '');
  return window.showSaveDialog({
    title: `Where the ${kind} rows go`,
    defaultUri: Uri.file(join(dirname(trainFile), `${stem}.${kind}.jsonl`)),
    filters: { Rows: ['jsonl'] },
  });
}
