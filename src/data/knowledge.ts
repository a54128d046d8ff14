import type { AskingRow } from './wording.ts';
import { answersOf, questionOf } from './wording.ts';

/** known = right under all prompts, new = right under none, maybe = in between (in neither set). DESIGN 6. */
export type Knowledge = 'known' | 'maybe' | 'new';

export function knowledgeFrom(correct: readonly boolean[]): Knowledge {
  if (correct.length === 0 || !correct.includes(true)) return 'new';
  return correct.includes(false) ? 'maybe' : 'known';
}

/** What counts of a model's words: the first line, without blanks around it. */
export function firstLine(answer: string): string {
  return (answer.split('\n', 1)[0] ?? '').trim();
}

/** Exact match after trimming: the answer ends at the first newline. */
export function isAccepted(answer: string, row: AskingRow): boolean {
  const said = firstLine(answer);
  return answersOf(row).some((accepted) => accepted === said);
}

/** A question without what does not change its meaning: case, spacing, punctuation at the end. */
export function normaliseQuestion(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s]+/g, ' ')
    .replace(/[\s?.!:]+$/, '')
    .trim();
}

/**
 * Probe rows that training cannot have touched: those which share neither (subject, relation) nor normalised question with a
 * training row.
 */
export function withoutTrained<Probe extends AskingRow>(probes: readonly Probe[], training: readonly AskingRow[]): Probe[] {
  const questions = new Set(training.map((row) => normaliseQuestion(questionOf(row))));
  const subjects = new Set(training.map(subjectKey).filter((key) => key !== undefined));
  return probes.filter((row) => {
    const key = subjectKey(row);
    return !questions.has(normaliseQuestion(questionOf(row))) && (key === undefined || !subjects.has(key));
  });
}

/** What a row is about, where it says so: training on one of the same key touches it. */
export function subjectKey(row: AskingRow): string | undefined {
  if (row.kind !== 'question' || row.subject === undefined || row.relation === undefined) return undefined;
  return `${row.relation}\u0000${row.subject.normalize('NFKC').toLowerCase()}`;
}

/** Share of rows that saying the commonest answer would get right: the baseline beside every EM. */
export function majorityShare(rows: readonly AskingRow[]): { readonly answer: string; readonly share: number } | undefined {
  const counts = new Map<string, number>();
  for (const row of rows) for (const answer of new Set(answersOf(row))) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  let best: [string, number] | undefined;
  for (const entry of counts) if (best === undefined || entry[1] > best[1]) best = entry;
  return best === undefined ? undefined : { answer: best[0], share: best[1] / rows.length };
}
