import type { EvaluatedEvent } from '../protocol/events.ts';
import { acquisitionPoints } from '../runs/compare.ts';
import { equalAcquisition } from '../runs/crossing.ts';
import { forgettingCurve } from '../runs/forgetting.ts';
import type { RunState } from '../runs/runState.ts';
import type { HeldAt, SeedRun } from '../runs/seeds.ts';
import { toArray } from '../runs/series.ts';
import { factsOf } from '../launch/probeFacts.ts';

/** What the statistics over seeds need of a run, read from its per-fact results. */
export function seedRunOf(
  folder: string,
  state: RunState,
  labels: { readonly seed: number; readonly method: string },
): SeedRun {
  const evaluations = toArray(state.evaluations);
  const curve = forgettingCurve(evaluations);
  const heldAt = (index: number): HeldAt | undefined => {
    const reference = evaluations.find(({ step }) => step === curve[index]?.referenceStep);
    const now = evaluations[index];
    if (reference === undefined || now === undefined) return undefined;
    return heldBetween(heldFacts(folder, reference), heldFacts(folder, now));
  };
  const reached = equalAcquisition(acquisitionPoints(evaluations));
  const [below, above] =
    reached.kind === 'reached' ? [heldAt(reached.between.below), heldAt(reached.between.above)] : [];
  return {
    ...labels,
    end: heldAt(evaluations.length - 1),
    crossing:
      below === undefined || above === undefined || reached.kind !== 'reached'
        ? undefined
        : { below, above, share: reached.between.share },
  };
}

/** Whether each held fact was right, by set and id. */
function heldFacts(folder: string, event: EvaluatedEvent): ReadonlyMap<string, boolean> {
  const held = factsOf(folder, event).filter(({ set }) => set === 'held');
  return new Map(held.map(({ source, id, correct }) => [JSON.stringify([source, id]), correct]));
}

/** In the order of the names, so that runs of one seed agree on it. */
function heldBetween(
  reference: ReadonlyMap<string, boolean>,
  now: ReadonlyMap<string, boolean>,
): HeldAt | undefined {
  const names = [...reference.keys()].filter((name) => now.has(name)).sort();
  if (names.length === 0) return undefined;
  const bits = (facts: ReadonlyMap<string, boolean>): Uint8Array =>
    Uint8Array.from(names, (name) => (facts.get(name) === true ? 1 : 0));
  return { reference: bits(reference), now: bits(now) };
}
