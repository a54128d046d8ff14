import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import { decodeFile } from '../../../protocol/decode.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import type { z } from 'zod';
import { fingerprintWeights } from './fingerprintWeights.ts';

/** Grows when what is asked, or how it is judged, changes. */
const DEFINITION = 2;

/**
 * What a base model knows takes longer to find out than many a run takes to begin, and is the same for every run on the same
 * model and rows: kept in `.holdfast/cache/answers/`, under a hash of everything it depends on. Safe to delete.
 * @param asked everything besides the weights that the answers depend on; must be JSON
 */
export function cachedAnswers<Answers>(
  runFolder: string,
  model: LanguageModel,
  asked: unknown,
  schema: z.ZodType<Answers>,
  ask: () => Answers,
): Answers {
  const path = cachePath(runFolder, model, asked);
  if (path === undefined) return ask();
  if (existsSync(path)) {
    const decoded = decodeFile(schema, readFileSync(path, 'utf8'));
    if ('value' in decoded) return decoded.value;
  }
  const answers = ask();
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeAtomically(path, `${JSON.stringify(answers)}\n`);
  } catch {
    // A cache that cannot be written costs time, nothing else.
  }
  return answers;
}

/** Undefined for a run folder that lies elsewhere, where a cache beside it would be nobody's. */
function cachePath(runFolder: string, model: LanguageModel, asked: unknown): string | undefined {
  const root = dirname(dirname(runFolder));
  if (basename(root) !== '.holdfast') return undefined;
  const weights = fingerprintWeights(
    model,
    model.specs.map(({ name }) => name),
  );
  const key = createHash('sha256')
    .update(JSON.stringify([DEFINITION, weights, model.arch, asked]))
    .digest('hex');
  return join(root, 'cache', 'answers', `${key}.json`);
}
