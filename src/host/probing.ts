import { isModelFolder } from '../launch/checkpoints.ts';
import { chooseEngine } from '../launch/chooseEngine.ts';
import { createJob, removeJob } from '../launch/jobs.ts';
import { knowledgeKey, recallKnowledge } from '../launch/knowledgeCache.ts';
import { probeConfigOf, takeProbed } from '../launch/probe.ts';
import { quickLiveness } from '../launch/quickLiveness.ts';
import { startEngine } from '../launch/startEngine.ts';
import { stopRun } from '../launch/stopRun.ts';
import { watchToEnd, type Followed } from '../launch/watchRun.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { ProbedFile } from '../protocol/runFiles.ts';
import { bytes } from '../base/format.ts';
import type { Report } from './cancellable.ts';
import type { ConfigSource } from './configDocument.ts';
import { probeProgressText } from './knowledgeTexts.ts';
import { engineCall, rootFor } from './launcher.ts';
import { findPython, pythonFolders } from './python.ts';
import type { Services } from './services.ts';

/** What a base model knows of a config's training rows. */
export interface Probing {
  readonly probed: ProbedFile;
  /** Whether it was found out before. */
  readonly isKept: boolean;
}

export interface ProbeWish {
  readonly source: ConfigSource;
  readonly config: RunConfig;
  /** Whether to ask although a result is kept. */
  readonly isFresh: boolean;
}

/**
 * Asks the base model of a config its training rows, as a run would, in a job of the engine; or gives what is kept of the last
 * time that exactly these rows were asked. Rejects with one sentence, and soon after `signal` is aborted.
 */
export async function probe(
  services: Services,
  { source, config: runConfig, isFresh }: ProbeWish,
  report: Report,
  signal: AbortSignal,
): Promise<Probing> {
  const config = probeConfigOf(runConfig);
  refuseUnaskable(runConfig);
  const root = rootFor(services, source.path);
  const key = await keyOf(config, root, report, signal);
  const kept = isFresh ? undefined : recallKnowledge(root, key);
  if (kept !== undefined) return { probed: kept, isKept: true };
  report('starting the engine');
  const folder = await startProbe(services, source, { config, root }, signal);
  const followed = await followProbe(folder, report, signal);
  const onUnkept = (problem: string): void => services.log.warn(problem);
  return { probed: takeProbed(folder, followed, { root, key, onUnkept }), isKept: false };
}

function refuseUnaskable({ from_config: isRandom, model_name_or_path: model }: RunConfig): void {
  if (isRandom)
    throw new Error(
      'A model with random weights knows nothing that could be asked: probe a config without `from_config`.',
    );
  if (!isModelFolder(model))
    throw new Error(
      `The model ${model} is not on this machine yet: download it with "hf download ${model}", and probe again.`,
    );
}

/** Hashes the model, which takes a while for the first time and is remembered. */
async function keyOf(config: RunConfig, root: string, report: Report, signal: AbortSignal): Promise<string> {
  report('reading model and rows, to know them again');
  const key = await knowledgeKey(config, root, (done, total) => {
    signal.throwIfAborted();
    report(`reading the model, to know it again: ${bytes(done)} of ${bytes(total)}`);
  });
  signal.throwIfAborted();
  return key;
}

/** The folder of the job, with an engine at work on it. */
async function startProbe(
  services: Services,
  source: ConfigSource,
  { config, root }: { readonly config: RunConfig; readonly root: string },
  signal: AbortSignal,
): Promise<string> {
  const folders = pythonFolders(source.path);
  const { engine, notes } = await chooseEngine(config, () => findPython(services, folders));
  for (const note of notes) services.log.warn(note);
  const call = await engineCall(services, engine, folders);
  signal.throwIfAborted();
  const { folder } = await createJob({
    root,
    config: { ...config, engine },
    job: { kind: 'probe' },
    versions: { holdfast: services.version, node: process.versions.node },
  });
  services.log.info(`made probe ${folder}`);
  await startEngine({ folder, ...call });
  return folder;
}

/** An engine that loads a model does not listen meanwhile; nothing is lost with one that only asks. */
const GRACE_SECONDS = 5;

/** How the job ended. Where it is called off the engine is asked to stop, ended by force if it must be, and the job removed. */
async function followProbe(folder: string, report: Report, signal: AbortSignal): Promise<Followed> {
  const followed = await watchToEnd(folder, {
    livenessOf: quickLiveness,
    wantsToLeave: () => signal.aborted,
    onSeen: ({ state: { progress } }) => report(probeProgressText(progress), shareOf(progress)),
  });
  if (!signal.aborted) return followed;
  await stopRun(folder, { graceSeconds: GRACE_SECONDS });
  removeJob(folder);
  throw new Error('The probe was called off.');
}

/** Of the asking alone: what comes before is short, or nobody knows how long it is. */
function shareOf(progress: Followed['state']['progress']): number | undefined {
  if (progress?.phase !== 'probing' || progress.total === 0) return undefined;
  return progress.done / progress.total;
}
