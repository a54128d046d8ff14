import { join } from 'node:path';
import { lazy } from '../../base/lazy.ts';
import type { KnowledgeFacts } from '../../config/facts.ts';
import type { Knowledge } from '../../data/knowledge.ts';
import { namesIn } from '../../folder/namesIn.ts';
import { fingerprintFile } from '../../launch/fingerprint.ts';
import { fingerprintModel, modelFiles, modelStamp, unhashedBytes } from '../../launch/fingerprintModel.ts';
import { knowledgeKeyOf, recallKnowledge, type ProbedInputs } from '../../launch/knowledgeCache.ts';
import { hasAsked, newestAskingRuns, recallFromRun, type AskingRun } from '../../launch/runKnowledge.ts';
import type { ProbedFile } from '../../protocol/runFiles.ts';
import type { FindContext, Kind, LookContext } from './kind.ts';

/** What is read of a model for its hash alone; who has asked it once has all hashes kept. */
const MAX_HASHED_BYTES = 200e6;
const NOT_PROBED: KnowledgeFacts = { probed: false, known: 0, maybe: 0, new: 0 };

/**
 * What a model knows of the training rows, where a probe of exactly this model, these files and these prompts was kept, or a run asked
 * its base exactly this.
 */
export const knowledge: Kind<'knowledge'> = {
  identify: ({ model, train_file: files }, context) => {
    const names = namesOf(model);
    const stamps = [...names.map((name) => join(model, name)), ...files].map(context.access.stamp);
    if (names.length === 0 || stamps.includes(undefined)) return undefined;
    // Results are only ever added, and every one changes the folder.
    const results = rootsOf(context).map((root) => context.access.stamp(join(root, 'cache', 'knowledge')));
    const answers = runsOf(context).map(({ answers: path }) => context.access.stamp(path));
    return [...stamps, ...[...results, ...answers].map((stamp) => stamp ?? '-')].join('\n');
  },
  find: async (ask, context) => {
    // Gigabytes are hashed only where somebody has asked about this model.
    const data = lazy(() => hashesOfData(ask.train_file, context));
    for (const root of rootsOf(context)) {
      if (namesIn(join(root, 'cache', 'knowledge')).length === 0) continue;
      const model = await hashOfModel(ask.model, root, context);
      if (model === undefined) continue;
      const found = recallProbes({ ...ask, model, data: await data() }, root);
      if (found !== undefined) return count(found.flatMap(({ rows }) => rows.map((row) => row.knowledge)));
    }
    const model = modelStamp(ask.model);
    if (model === undefined) return NOT_PROBED;
    for (const run of runsOf(context).filter((some) => hasAsked(some, model))) {
      const told = recallFromRun(run, { ...ask, model, data: await data() });
      if (told !== undefined) return count(Object.values(told));
    }
    return NOT_PROBED;
  },
};

function namesOf(model: string): string[] {
  try {
    return modelFiles(model);
  } catch {
    return [];
  }
}

function rootsOf({ environment, access }: LookContext): string[] {
  // Links are judged before anybody follows them.
  return environment.roots.filter((root) =>
    ['', 'cache/hashes', 'cache/knowledge'].every((name) => access.mayOpen(join(root, name))),
  );
}

/** Runs whose answers may be read. */
function runsOf(context: LookContext): AskingRun[] {
  return context.environment.roots
    .filter((root) => context.access.mayOpen(join(root, 'runs')))
    .flatMap(newestAskingRuns)
    .filter(({ folder, answers }) => [join(folder, 'run.json'), answers].every(context.access.mayOpen));
}

async function hashOfModel(
  folder: string,
  root: string,
  { access, environment, pace }: FindContext,
): Promise<string | undefined> {
  // Hashing keeps what it found in the folder, which is somebody else's before it is trusted.
  if (!environment.isTrusted && unhashedBytes(folder, root) > 0) return undefined;
  if (!namesOf(folder).every((name) => access.mayOpen(join(folder, name)))) return undefined;
  if (unhashedBytes(folder, root) > MAX_HASHED_BYTES) return undefined;
  return fingerprintModel(folder, root, (done, total) => {
    pace.signal.throwIfAborted();
    pace.onProgress(done, total);
  });
}

type HashedFile = ProbedInputs['data'][number];

/** The result of one probe of all files; or those of a probe of each. */
function recallProbes({ data, ...asked }: ProbedInputs, root: string): readonly ProbedFile[] | undefined {
  const recall = (some: readonly HashedFile[]): ProbedFile | undefined =>
    recallKnowledge(root, knowledgeKeyOf({ ...asked, data: some }));
  const whole = recall(data);
  if (whole !== undefined) return [whole];
  const parts = data.flatMap((file) => recall([file]) ?? []);
  return parts.length === data.length ? parts : undefined;
}

async function hashesOfData(paths: readonly string[], context: FindContext): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const path of paths) hashed.push({ path, sha256: await hashOfData(path, context) });
  return hashed;
}

async function hashOfData(path: string, { access, kept, hashes, pace }: FindContext): Promise<string> {
  const known = hashes.known(path, access, kept);
  if (known !== undefined) return known;
  const stamp = access.stamp(path);
  const { sha256 } = await fingerprintFile(path, 'data file', () => pace.signal.throwIfAborted());
  hashes.learn(path, { stamp, sha256 }, access, kept);
  return sha256;
}

function count(levels: readonly Knowledge[]): KnowledgeFacts {
  const counts = { known: 0, maybe: 0, new: 0 };
  for (const level of levels) counts[level] += 1;
  return { probed: true, ...counts };
}
