import { resolveInside } from '../folder/contain.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { ProbeFileSchema, type ProbeFact } from '../protocol/runFiles.ts';
import type { EvaluatedEvent } from '../protocol/events.ts';
import type { RunState } from '../runs/runState.ts';
import { lastItem } from '../runs/series.ts';

const MAX_PROBE_BYTES = 64 * 1024 ** 2;

/** Per-fact results of the last evaluation; none if there was none, or its file cannot be read. */
export function lastFacts(folder: string, state: RunState): readonly ProbeFact[] {
  const last = lastItem(state.evaluations);
  return last === undefined ? [] : factsOf(folder, last);
}

/** Per-fact results of one evaluation; none if the file is missing, broken or not inside the folder. */
export function factsOf(folder: string, { probe_file: file }: EvaluatedEvent): readonly ProbeFact[] {
  const path = typeof file === 'string' ? resolveInside(folder, file) : undefined;
  const read = path === undefined ? undefined : readTextCapped(path, MAX_PROBE_BYTES);
  if (read === undefined || 'problem' in read) return [];
  // Probe files are larger than a line may be, so they are parsed here and only checked by the schema.
  const parsed = ProbeFileSchema.safeParse(parseJson(read.text));
  return parsed.success ? parsed.data.facts : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
