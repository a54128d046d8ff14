/** One evaluation as equal acquisition needs it. EM and forgetting are fractions; undefined where not measured. */
export interface AcquisitionPoint {
  readonly step: number;
  readonly epoch: number;
  readonly newEm: number | undefined;
  readonly heldEm: number | undefined;
  readonly forgetting: number | undefined;
}

/** Where a run had learned the threshold's share of the new facts, or why that cannot be said. */
export type EqualAcquisition =
  | {
      readonly kind: 'reached';
      /** Interpolated, so not whole. */
      readonly step: number;
      readonly epoch: number;
      readonly heldEm: number | undefined;
      readonly forgetting: number | undefined;
      /** The evaluations around it, as indices into the points, and how far between them it lies (0..1). */
      readonly between: { readonly below: number; readonly above: number; readonly share: number };
    }
  /** `best`: the highest new EM seen; undefined if new facts were never measured. */
  | { readonly kind: 'not reached'; readonly best: number | undefined }
  /** It was crossed, but the evaluations around it are further apart (in epochs) than half an epoch. */
  | { readonly kind: 'too coarse'; readonly gapEpochs: number };

/** Evaluations around the crossing may be at most so far apart; the rest forgives rounding in a written epoch. */
const MAX_GAP_EPOCHS = 0.5 + 1e-9;

type Measured = AcquisitionPoint & { readonly newEm: number; readonly index: number };

/**
 * The first upward crossing of `threshold` by the new EM, linear between the two evaluations around it (DESIGN 6): runs are
 * compared where they have learned the same, not where they happened to stop. `points` in the order of the run.
 */
export function equalAcquisition(points: readonly AcquisitionPoint[], threshold = 0.9): EqualAcquisition {
  const measured = points
    .map((point, index) => ({ ...point, index }))
    .filter((point): point is Measured => point.newEm !== undefined);
  const index = measured.findIndex((point) => point.newEm >= threshold);
  const above = measured[index];
  if (above === undefined) return { kind: 'not reached', best: highest(measured) };
  const below = measured[index - 1];
  // Above from the first look on: all that is known is that it happened since epoch 0.
  const gapEpochs = above.epoch - (below?.epoch ?? 0);
  if (gapEpochs > MAX_GAP_EPOCHS) return { kind: 'too coarse', gapEpochs };
  return between(below ?? above, above, threshold);
}

function highest(points: readonly Measured[]): number | undefined {
  return points
    .map((point) => point.newEm)
    .toSorted((a, b) => a - b)
    .at(-1);
}

function between(below: Measured, above: Measured, threshold: number): EqualAcquisition {
  const share = below === above ? 1 : (threshold - below.newEm) / (above.newEm - below.newEm);
  const mix = (from: number, to: number): number => from + share * (to - from);
  const mixKnown = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : mix(from, to);
  return {
    kind: 'reached',
    step: mix(below.step, above.step),
    epoch: mix(below.epoch, above.epoch),
    heldEm: mixKnown(below.heldEm, above.heldEm),
    forgetting: mixKnown(below.forgetting, above.forgetting),
    between: { below: below.index, above: above.index, share },
  };
}
