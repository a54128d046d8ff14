import { readTextCapped } from '../folder/readCapped.ts';
import type { Decoded } from '../protocol/decode.ts';
import {
  KNOWLEDGE_DEFINITION,
  ProbedFileSchema,
  RunKnowledgeSchema,
  type ProbedFile,
  type RunKnowledge,
} from '../protocol/runFiles.ts';

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

/** What a run was told of its rows; undefined where that is not there, or not what a probe of this version would be told. Never throws. */
export function readRunKnowledge(path: string): RunKnowledge | undefined {
  const read = readTextCapped(path, MAX_BYTES);
  const text = read !== undefined && 'text' in read ? read.text : '';
  const parsed = RunKnowledgeSchema.safeParse(parseJson(text));
  return parsed.success && parsed.data.definition === KNOWLEDGE_DEFINITION ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
