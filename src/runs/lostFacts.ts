import type { LostFact } from '../protocol/panelMessages.ts';
import type { ProbeFile } from '../protocol/runFiles.ts';

/** The held facts that are lost at an evaluation. */
export interface LostFacts {
  readonly step: number;
  /** By what tells facts apart, in the order of the probe file. */
  readonly byId: ReadonlyMap<string, LostFact>;
}

/**
 * The facts lost at one evaluation, given those of the evaluation before it: a fact that was lost there already keeps the step
 * since which it is; one that came back in between begins anew. Held facts only: that is what forgetting counts.
 */
export function nextLostFacts(before: LostFacts | undefined, { step, facts }: ProbeFile): LostFacts {
  const lost = facts.filter((fact) => fact.lost && fact.set === 'held');
  const byId = lost.map(({ id, question, answers, answer, before: said, source }): [string, LostFact] => {
    // Ids are places in files, and two files may have one name.
    const key = [source, id, question].join('\0');
    const earlier = before?.byId.get(key);
    return [
      key,
      {
        id,
        question,
        before: said ?? answers[0] ?? '',
        // Only some of many lost answers are asked for while training.
        now: answer ?? earlier?.now,
        since: earlier?.since ?? step,
        source,
      },
    ];
  });
  return { step, byId: new Map(byId) };
}
