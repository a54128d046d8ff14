import type { Knowledge } from './knowledge.ts';

/** How the rows of a file fell out. */
export type KnowledgeCounts = Readonly<Record<Knowledge, number>>;

export function countKnowledge(rows: readonly { readonly knowledge: Knowledge }[]): KnowledgeCounts {
  const counts = { known: 0, maybe: 0, new: 0 };
  for (const { knowledge } of rows) counts[knowledge]++;
  return counts;
}

/** A teacher by snapshot is warmed up on known rows; with fewer it needs all of them (DESIGN 5). */
export const LEAST_KNOWN_FOR_SNAPSHOT = 32;

/** What the reader has at hand: flags of `holdfast probe`, or a config and the commands of the editor. */
const MEANS = {
  terminal: { prompts: '--prompt', keepKnown: '--write-known FILE keeps the known rows' },
  editor: { prompts: '`probes.prompts`', keepKnown: 'Probe Knowledge writes the known rows to a file' },
} as const;

/**
 * What to do about the new facts of a data file, in one sentence (DESIGN 1): they are what makes a model forget, so keep to the
 * old answers while they are learned, or, where none is needed, train what learns facts least.
 */
export function knowledgeAdvice(counts: KnowledgeCounts, reader: keyof typeof MEANS = 'terminal'): string {
  const { known, maybe, new: unknown } = counts;
  const { prompts, keepKnown } = MEANS[reader];
  const all = known + maybe + unknown;
  if (known + maybe === 0)
    return `The model answers no row under these prompts: give wordings it was trained on with ${prompts}, or take it that every fact is new.`;
  if (unknown === 0)
    return 'No row is new to the model, so there is no new fact to learn: train attention only (freeze: {trainable_groups: [attention]}), which changes how it answers and little of what it knows.';
  const share = `${((100 * unknown) / all).toFixed(0)} % of the rows are new facts, which make a model forget old ones`;
  const block =
    known < LEAST_KNOWN_FOR_SNAPSHOT ? 'self_distill: {snapshot_data: all}' : 'self_distill: {}';
  return `${share}: if they are to be learned, self-distil (${block}); if they are not needed, leave them out (${keepKnown}) or train attention only (freeze: {trainable_groups: [attention]}).`;
}
