import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { syncFolder, writeAtomically } from '../folder/atomicWrite.ts';
import { runPaths } from '../folder/layout.ts';
import { encodeJson } from '../protocol/numbers.ts';
import type { Job, RunFile } from '../protocol/runFiles.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { fileProblem } from './fileProblem.ts';
import { fingerprintData } from './fingerprint.ts';
import { modelStamp } from './fingerprintModel.ts';
import { rememberRoot } from './knownRoots.ts';

/** Beside runs/ in a `.holdfast` folder: the folders of jobs that are no runs. */
export const JOBS = 'jobs';

export interface NewRun {
  /** The `.holdfast` folder. */
  readonly root: string;
  /** Every default filled in, paths absolute. */
  readonly config: RunFile['config'];
  readonly origins: RunFile['origins'];
  /** Path of the file the config came from; null where there is none. */
  readonly configFile: string | null;
  readonly versions: RunFile['versions'];
  /** Something else than training: such a folder lies in jobs/, so that nobody takes it for a run. */
  readonly job?: Exclude<Job, { kind: 'train' }>;
}

/**
 * Makes the folder of a new run, complete or not at all: it is built under a name that readers skip and then renamed.
 * Rejects with one sentence where a data file cannot be read or the folder cannot be written.
 */
export async function createRun(run: NewRun): Promise<{ id: string; folder: string }> {
  // Who only asks questions reads no data file.
  const data = run.job?.kind === 'ask' ? [] : await fingerprintData(run.config);
  const runs = join(run.root, run.job === undefined ? 'runs' : JOBS);
  const model_stamp = modelStamp(run.config.model_name_or_path);
  const created = new Date().toISOString();
  const id = freeId(runs, created, run.job?.kind ?? run.configFile);
  const folder = join(runs, id);
  const draft = join(runs, `.${id}.tmp`);
  const { config, origins, versions } = run;
  const file = {
    protocol: PROTOCOL_VERSION,
    id,
    created,
    ...(run.job === undefined ? {} : { job: run.job }),
    config,
    origins,
    config_file: run.configFile,
    data,
    ...(model_stamp === undefined ? {} : { model_stamp }),
    versions,
  };
  try {
    mkdirSync(runs, { recursive: true });
    fillFolder(draft, file);
    renameSync(draft, folder);
  } catch (error) {
    removeQuietly(draft);
    throw fileProblem('create the run folder', folder, error);
  }
  syncFolder(runs);
  if (run.job === undefined) rememberRoot(run.root);
  return { id, folder };
}

function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // What kept it from being made is the error worth reporting; readers skip the draft.
  }
}

function fillFolder(folder: string, file: RunFile): void {
  const paths = runPaths(folder);
  mkdirSync(folder);
  for (const sub of [paths.commands, paths.probes, paths.checkpoints]) mkdirSync(sub);
  writeAtomically(paths.runFile, `${encodeJson(file, 2)}\n`);
}

function freeId(runs: string, created: string, configFile: string | null): string {
  const id = runId(created, configFile, randomInt(36 ** 4));
  return existsSync(join(runs, id)) ? freeId(runs, created, configFile) : id;
}

/** `<YYYYMMDD-HHMMSS, UTC>-<config name>-<4 base-36 digits>`: sorts by time, and is a safe file name everywhere. */
export function runId(created: string, configFile: string | null, random: number): string {
  const stamp = created.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${stamp}-${configName(configFile)}-${random.toString(36).padStart(4, '0')}`;
}

/** `support` of `/x/support.sft.yaml`; letters of other scripts become `-`, because not every disk and shell takes them. */
function configName(configFile: string | null): string {
  const name = basename(configFile ?? '').replace(/(\.sft)?\.(ya?ml|json)$/i, '');
  const plain = name
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return plain === '' ? 'run' : plain;
}
