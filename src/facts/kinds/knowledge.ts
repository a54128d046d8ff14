import { join } from 'node:path';
import type { KnowledgeFacts, KnowledgeQuestion } from '../../config/facts.ts';
import { fingerprintFile } from '../../launch/fingerprint.ts';
import { fingerprintModel, modelFiles, unhashedBytes } from '../../launch/fingerprintModel.ts';
import { knowledgeKeyOf, recallKnowledge } from '../../launch/knowledgeCache.ts';
import type { ProbedFile } from '../../protocol/runFiles.ts';
import type { FindContext, Kind, LookContext } from './kind.ts';

/** What is read of a model for its hash alone; who has asked it once has all hashes kept. */
const MAX_HASHED_BYTES = 200e6;
const NOT_PROBED: KnowledgeFacts = { probed: false, known: 0, maybe: 0, new: 0 };

/** What a model knows of the training rows, where a probe of exactly this model, these files and these prompts was kept. */
export const knowledge: Kind<'knowledge'> = {
  identify: ({ model, train_file: files }, context) => {
    const names = namesOf(model);
    const stamps = [...names.map((name) => join(model, name)), ...files].map(context.access.stamp);
    if (names.length === 0 || stamps.includes(undefined)) return undefined;
    // Results are only ever added, and every one changes the folder.
    const results = rootsOf(context).map((root) => context.access.stamp(join(root, 'cache', 'knowledge')));
    return [...stamps, ...results.map((stamp) => stamp ?? '-')].join('\n');
  },
  find: async (ask, context) => {
    for (const root of rootsOf(context)) {
      const model = await hashOfModel(ask.model, root, context);
      const found = model === undefined ? undefined : await recallAll(ask, model, root, context);
      if (found !== undefined) return countAll(found);
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

/** The result of one probe of all files; or those of a probe of each. */
async function recallAll(
  { train_file: files, ...ask }: KnowledgeQuestion,
  model: string,
  root: string,
  context: FindContext,
): Promise<readonly ProbedFile[] | undefined> {
  const data: { readonly path: string; readonly sha256: string }[] = [];
  for (const path of files) data.push({ path, sha256: await hashOfData(path, context) });
  const recall = (some: typeof data): ProbedFile | undefined =>
    recallKnowledge(root, knowledgeKeyOf({ ...ask, model, data: some }));
  const whole = recall(data);
  if (whole !== undefined) return [whole];
  const parts = data.flatMap((file) => recall([file]) ?? []);
  return parts.length === files.length ? parts : undefined;
}

async function hashOfData(path: string, { access, kept, hashes, pace }: FindContext): Promise<string> {
  const known = hashes.known(path, access, kept);
  if (known !== undefined) return known;
  const stamp = access.stamp(path);
  const { sha256 } = await fingerprintFile(path, 'data file', () => pace.signal.throwIfAborted());
  hashes.learn(path, { stamp, sha256 }, access, kept);
  return sha256;
}

function countAll(files: readonly ProbedFile[]): KnowledgeFacts {
  const counts = { known: 0, maybe: 0, new: 0 };
  for (const { rows } of files) for (const row of rows) counts[row.knowledge] += 1;
  return { probed: true, ...counts };
}
