import { readTextCapped } from '../folder/readCapped.ts';
import type { Decoded } from '../protocol/decode.ts';
import { KNOWLEDGE_DEFINITION, ProbedFileSchema, type ProbedFile } from '../protocol/runFiles.ts';

/** A hundred thousand rows with three answers each are some 40 MB. */
const MAX_BYTES = 512 * 1024 ** 2;

/** A result of `holdfast probe`, or one phrase saying why it cannot be used; undefined where there is none. Never throws. */
export function readProbedFile(path: string): Decoded<ProbedFile> | undefined {
  const read = readTextCapped(path, MAX_BYTES);
  if (read === undefined || 'problem' in read) return read;
  // Larger than a line may be, so it is parsed here and only checked by the schema.
  const parsed = ProbedFileSchema.safeParse(parseJson(read.text));
  if (!parsed.success) return { problem: 'not a result of holdfast probe' };
  const { definition } = parsed.data;
  return definition === KNOWLEDGE_DEFINITION
    ? { value: parsed.data }
    : { problem: `of version ${definition}, this Holdfast reads ${KNOWLEDGE_DEFINITION}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
