import type { EvaluatedEvent, Score } from '../protocol/events.ts';

/** The part of an evaluation that forgetting is defined on. */
export type HeldEvaluation = Pick<EvaluatedEvent, 'step' | 'held'>;

/** What a run has forgotten at one evaluation (DESIGN 6). */
export interface Forgetting {
  /** (best held EM so far - held EM now) / best held EM so far; 0 = nothing, 1 = everything. */
  readonly relative: number;
  /** Best held EM so far - held EM now, as a fraction of all held facts. */
  readonly points: number;
  /** Held EM now. */
  readonly em: number;
  readonly bestEm: number;
  /** Where the best was first reached; this evaluation's own step if it is the best. */
  readonly referenceStep: number;
  /** Facts right at the reference step and wrong now, as the engine counted them. */
  readonly lost: number;
  /** Facts wrong at the reference step and right now. */
  readonly gained: number;
  /** gained - lost: how many more facts are right now than at the reference step; below 0 = forgotten. */
  readonly net: number;
}

/**
 * Forgetting at the last of `evaluations`, given in the order of the run; undefined where it means nothing: no held facts
 * there, or none ever right. Teacher-forced and decoded evaluations count alike, since they agree by definition.
 */
export function forgettingAt(evaluations: readonly HeldEvaluation[]): Forgetting | undefined {
  return forgettingCurve(evaluations).at(-1);
}

/** Forgetting at every evaluation, in one pass; undefined where it means nothing. */
export function forgettingCurve(evaluations: readonly HeldEvaluation[]): (Forgetting | undefined)[] {
  let best: { em: number; step: number } | undefined;
  return evaluations.map(({ step, held }) => {
    const em = exactMatch(held);
    if (held === null || em === undefined) return undefined;
    if (best === undefined || em > best.em) best = { em, step };
    return best.em === 0 ? undefined : forgettingAgainst(best, em, held);
  });
}

/** Share of facts answered right, 0..1; undefined if there are none. */
export function exactMatch(score: Score | null): number | undefined {
  return score === null || score.total === 0 ? undefined : score.correct / score.total;
}

function forgettingAgainst(best: { em: number; step: number }, em: number, held: Score): Forgetting {
  const points = best.em - em;
  return {
    relative: points / best.em,
    points,
    em,
    bestEm: best.em,
    referenceStep: best.step,
    lost: held.lost,
    gained: held.gained,
    net: held.gained - held.lost,
  };
}
