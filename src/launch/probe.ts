import { join } from 'node:path';
import { messageOf } from '../base/text.ts';
import { runPaths } from '../folder/layout.ts';
import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import type { ProbedFile } from '../protocol/runFiles.ts';
import { jobProblem, removeJob } from './jobs.ts';
import { keepKnowledge } from './knowledgeCache.ts';
import { readProbedFile } from './probedFile.ts';
import type { Followed } from './watchRun.ts';

/**
 * The settings of a job that asks the training rows of `config` exactly as its run would ask its base, and nothing that only
 * training needs: so an adapter or a teacher decides neither the engine nor under which key the result is kept.
 */
export function probeConfigOf(config: RunConfig): RunConfig {
  const { prompts, num_prompts, num_fewshot } = config.probes;
  return RunConfigSchema.parse({
    version: 1,
    model_name_or_path: config.model_name_or_path,
    train_file: config.train_file,
    engine: config.engine,
    seed: config.seed,
    per_device_eval_batch_size: config.per_device_eval_batch_size,
    bf16: config.bf16,
    trust_remote_code: config.trust_remote_code,
    probes: { sets: [], prompts, num_prompts, num_fewshot },
  });
}

/** Where a probe's result is kept. */
export interface KeptAt {
  /** The `.holdfast` folder. */
  readonly root: string;
  readonly key: string;
  /** Told why it could not be kept: what was found out is not lost with it. */
  readonly onUnkept: (problem: string) => void;
}

/**
 * What a probe job has found out, kept for the next time; its folder is removed. Throws one sentence where it did not come to
 * its end or left nothing that can be read.
 */
export function takeProbed(folder: string, followed: Followed, { root, key, onUnkept }: KeptAt): ProbedFile {
  const { final } = followed.state;
  if (final?.type !== 'finished') {
    if (final?.type === 'stopped') removeJob(folder);
    throw new Error(jobProblem(followed, folder));
  }
  const path = join(runPaths(folder).probes, 'knowledge.json');
  const read = readProbedFile(path);
  if (read === undefined || 'problem' in read)
    throw new Error(`Cannot use ${path}: ${read?.problem ?? 'it is missing'}; give the command again.`);
  try {
    keepKnowledge(root, key, read.value);
  } catch (error) {
    onUnkept(messageOf(error));
  }
  removeJob(folder);
  return read.value;
}
