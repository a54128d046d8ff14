import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri, window } from 'vscode';
import { fileProblem } from '../../launch/fileProblem.ts';
import { readConfigDocument } from '../configDocument.ts';
import { preparedConfig } from '../configProblems.ts';
import { launch } from '../launcher.ts';
import type { CommandHandler, Services } from '../services.ts';
import { mayRunPrograms } from '../trust.ts';

/** What the sample needs of the lab: a model of a million parameters, 800 facts to train on, 840 to hold. */
const SAMPLE_FILES = ['facts.sft.yaml', 'train.jsonl', 'held.jsonl', 'LICENSE'] as const;
const CONFIG = 'facts.sft.yaml';

/**
 * A real run, in a minute, from an empty window: plain fine-tuning teaches the small model that ships with Holdfast 400 new facts,
 * and the panel shows which old ones it loses. No network, no Python, no GPU.
 */
export const trySample: CommandHandler = async (services) => {
  if (!(await mayRunPrograms())) return;
  const folder = await sampleFolder(services);
  const source = await readConfigDocument(Uri.file(join(folder, CONFIG)));
  if (source === undefined) return;
  const { resolution } = await preparedConfig(services, source);
  if (resolution.config === undefined) {
    await window.showTextDocument(Uri.file(source.path));
    throw new Error(`${source.path} was changed and has errors now: correct it, or delete it and try again.`);
  }
  await launch(services, source, resolution);
};

/** The sample's files, in a folder of ours that the user may change; what is missing is put there. */
async function sampleFolder({ storage, programs }: Services): Promise<string> {
  const { lab } = await programs();
  const folder = join(storage, 'sample');
  try {
    await mkdir(folder, { recursive: true });
    for (const name of SAMPLE_FILES)
      if (!existsSync(join(folder, name))) await copyFile(join(lab, name), join(folder, name));
    if (!existsSync(join(folder, 'base', 'config.json')))
      await cp(join(lab, 'base'), join(folder, 'base'), { recursive: true });
  } catch (error) {
    throw fileProblem('prepare the sample in', folder, error);
  }
  return folder;
}
