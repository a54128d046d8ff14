import type { LayerParameters } from '../layers.ts';
import { distilledOf, projectedOf, type Derived } from '../question.ts';
import type { Widths } from '../widths.ts';

/** Parameters, and their rearranged copies. */
export function weightNumbers({ pieces, widths }: Derived): number {
  const linear = pieces.layers.reduce((sum, layer) => sum + layer.linear, 0);
  // A tied head is rearranged for its backward product, any other for its forward one: once either way.
  return pieces.all + linear + widths.vocab * widths.hidden;
}

/** Of a tied matrix, the embeddings' share stands beside the sum of both until the tape ends. */
export function gradientNumbers({ pieces, widths, shape }: Derived): number {
  return pieces.moving + (shape.tied && pieces.headMoves ? widths.vocab * widths.hidden : 0);
}

/** The layers that the tape sees: those below everything that moves run before it begins. */
function taped(pieces: Derived['pieces']): readonly LayerParameters[] {
  return pieces.layers.slice(pieces.stillLayers);
}

export function activationNumbers({ pieces, widths, batch }: Derived): number {
  // What the last layer gives, the final norm of it, and their gradients.
  const outer = 4 * widths.hidden;
  const layers = taped(pieces).map(
    (layer) => keptByLayer(widths, batch.longest) + gradientsInLayer(widths) + packedInLayer(layer, widths),
  );
  return batch.cells * layers.reduce((sum, numbers) => sum + numbers, outer);
}

/** Numbers per token that a layer's gradients need: the inputs of its operations, each once, by src/engines/tfjs/model/model.ts. */
function keptByLayer({ hidden, queries, keys, inner, heads }: Widths, time: number): number {
  const norms = 4 * hidden;
  const added = 2 * hidden;
  // Queries and keys before and after they are rotated.
  const projections = 2 * queries + 3 * keys;
  const attention = heads * time + queries;
  return norms + added + projections + attention + 3 * inner;
}

/** Gradients per token of a layer's intermediate results; of those that several products add to, the sum and all but the first. */
function gradientsInLayer({ hidden, queries, keys, inner }: Widths): number {
  return 9 * hidden + 3 * queries + 3 * keys + 3 * inner;
}

/** Rearranged gradients per token, for the products that give the gradients of matrices that move. */
function packedInLayer({ movingModules }: LayerParameters, { hidden, queries, keys, inner }: Widths): number {
  const widths = { q: queries, k: keys, v: keys, o: hidden, gate: inner, up: inner, down: hidden, norms: 0 };
  return [...movingModules].reduce((sum, name) => sum + widths[name], 0);
}

/** Logits, what the losses pick out of them, what the teacher says of them, and their gradients. */
export function logitNumbers({ batch, positions, widths }: Derived): number {
  const labelled = batch.counted;
  if (positions === undefined) return 2 * labelled * widths.vocab;
  const all = projectedOf(batch, positions);
  const distilled = distilledOf(batch, positions);
  // Where both losses look at the same positions, nothing is picked out for either.
  const picked = all === labelled ? 0 : all + 2 * labelled;
  return (2 * all + picked + 3 * distilled) * widths.vocab;
}
