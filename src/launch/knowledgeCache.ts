import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { resolveInside } from '../folder/contain.ts';
import { encodeJson } from '../protocol/numbers.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { KNOWLEDGE_DEFINITION, type ProbedFile } from '../protocol/runFiles.ts';
import { fileProblem } from './fileProblem.ts';
import { fingerprintData } from './fingerprint.ts';
import { fingerprintModel } from './fingerprintModel.ts';
import { readProbedFile } from './probedFile.ts';

/** What a probe's result depends on. */
export interface ProbedInputs {
  /** As fingerprintModel says it, or modelStamp: the two never mix. */
  readonly model: string;
  readonly data: readonly { readonly path: string; readonly sha256: string }[];
  /** Wordings with {question}; undefined: few-shot prompts, of which the numbers and the seed decide. */
  readonly prompts: readonly string[] | undefined;
  readonly num_prompts: number;
  readonly num_fewshot: number;
  readonly seed: number;
}

/** What a probe's result depends on, as one hash: contents of model and data, wordings, seed, and what "known" means. */
export function knowledgeKeyOf({
  model,
  data,
  prompts,
  num_prompts,
  num_fewshot,
  seed,
}: ProbedInputs): string {
  const parts = {
    definition: KNOWLEDGE_DEFINITION,
    model,
    // Rows are named after their file, and few-shot exemplars are drawn by the row's name.
    data: data.map(({ path, sha256 }) => [basename(path), sha256]),
    prompts: prompts ?? { num_prompts, num_fewshot, seed },
  };
  return createHash('sha256').update(encodeJson(parts)).digest('hex');
}

/**
 * The same for a config. Rejects with one sentence where a file cannot be read.
 * @param onProgress told how many bytes of the model are hashed
 */
export async function knowledgeKey(
  config: RunConfig,
  root: string,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const data = await fingerprintData({ ...config, probes: { ...config.probes, sets: [] } });
  const model = await fingerprintModel(config.model_name_or_path, root, onProgress);
  const { prompts, num_prompts, num_fewshot } = config.probes;
  return knowledgeKeyOf({ model, data, prompts, num_prompts, num_fewshot, seed: config.seed });
}

/** Path of a kept result, which may be deleted at any time; undefined where the folder leads elsewhere. */
export function knowledgeCachePath(root: string, key: string): string | undefined {
  return resolveInside(root, join('cache', 'knowledge', `${key}.json`));
}

/** The kept result; undefined where there is none, or none of this version. */
export function recallKnowledge(root: string, key: string): ProbedFile | undefined {
  const path = knowledgeCachePath(root, key);
  const read = path === undefined ? undefined : readProbedFile(path);
  return read !== undefined && 'value' in read ? read.value : undefined;
}

/** Throws one sentence where it cannot be written. */
export function keepKnowledge(root: string, key: string, probed: ProbedFile): void {
  const path = knowledgeCachePath(root, key);
  if (path === undefined) return;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeAtomically(path, `${encodeJson(probed)}\n`);
  } catch (error) {
    throw fileProblem('keep what the model knows in', path, error);
  }
}
