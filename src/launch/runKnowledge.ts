import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { resolveInside } from '../folder/contain.ts';
import { runPaths } from '../folder/layout.ts';
import { namesIn } from '../folder/namesIn.ts';
import { trainFiles } from '../protocol/runConfig.ts';
import type { RunFile, RunKnowledge } from '../protocol/runFiles.ts';
import { knowledgeKeyOf, type ProbedInputs } from './knowledgeCache.ts';
import { readRunKnowledge } from './probedFile.ts';
import { readRunFile } from './runReader.ts';

/** Rows of a run by what its base model knows of them, by row id. */
export type KnowledgeByRow = RunKnowledge['train'];

/** A run that has asked its base model. */
export interface AskingRun {
  readonly folder: string;
  /** Where it wrote the answers. */
  readonly answers: string;
}

/** Who has that many newer runs has other questions by now. */
const MOST_RUNS = 30;

/** The newest runs of a `.holdfast` folder, newest first; whether they have asked yet is for the reader to see. Never throws. */
export function newestAskingRuns(root: string): AskingRun[] {
  return namesIn(join(root, 'runs'))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .slice(-MOST_RUNS)
    .reverse()
    .map((name) => join(root, 'runs', name))
    .map((folder) => ({ folder, answers: join(runPaths(folder).probes, 'knowledge.json') }));
}

/** Whether a run has asked this model, whatever about. Never throws. @param model a modelStamp */
export function hasAsked({ folder, answers }: AskingRun, model: string): boolean {
  const read = existsSync(answers) ? readRunFile(folder) : undefined;
  return read !== undefined && 'value' in read && read.value.model_stamp === model;
}

/**
 * What a run was told of its training rows, if it asked exactly this; undefined where it did not, or nobody can tell. Never throws.
 * @param asked `model` is a modelStamp
 */
export function recallFromRun({ folder }: AskingRun, asked: ProbedInputs): KnowledgeByRow | undefined {
  const read = readRunFile(folder);
  const inputs = 'value' in read ? inputsOf(read.value) : undefined;
  if (inputs === undefined || knowledgeKeyOf(inputs) !== knowledgeKeyOf(asked)) return undefined;
  const path = resolveInside(folder, join('probes', 'knowledge.json'));
  return path === undefined ? undefined : readRunKnowledge(path)?.train;
}

/** What the answers of a run depend on; undefined where they say nothing about the model's folder or about each row. */
function inputsOf({ config, data, model_stamp: model }: RunFile): ProbedInputs | undefined {
  if (model === undefined || config.from_config) return undefined;
  const files = trainFiles(config).flatMap(({ path }) => data.find((file) => file.path === path) ?? []);
  // A row is named after its file and line: rows of two files of one name have one answer.
  if (new Set(files.map(({ path }) => basename(path))).size < files.length) return undefined;
  const { prompts, num_prompts, num_fewshot } = config.probes;
  return { model, data: files, prompts, num_prompts, num_fewshot, seed: config.seed };
}
