import type { LayerParameters } from '../layers.ts';
import { distilledOf, projectedOf, type Derived } from '../question.ts';
import type { Widths } from '../widths.ts';

/** Parameters, their rearranged copies, and the copies that gradients keep of those above the still layers. */
export function weightNumbers({ pieces, widths }: Derived): number {
  const head = widths.vocab * widths.hidden;
  const linear = pieces.layers.reduce((sum, layer) => sum + layer.linear, 0) + head;
  const copied = taped(pieces).reduce((sum, layer) => sum + layer.all, 0) + head;
  // A tied head is rearranged for its backward product, any other for its forward one: once either way.
  return pieces.all + linear + copied;
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
  // Embeddings, final norm and what becomes of its gradient.
  const outer = 5 * widths.hidden;
  const layers = taped(pieces).map(
    (layer) => keptByLayer(widths, batch.longest) + gradientsInLayer(widths) + packedInLayer(layer, widths),
  );
  return batch.cells * layers.reduce((sum, numbers) => sum + numbers, outer);
}

/** Copies per token that a layer's gradients need: of each operation's inputs, by src/engines/tfjs/model/model.ts. */
function keptByLayer({ hidden, queries, keys, inner, heads }: Widths, time: number): number {
  const norms = 2 * hidden;
  const projections = 5 * hidden + queries + 2 * keys;
  const attention = queries + 2 * keys + heads * time + queries;
  const residuals = 5 * hidden;
  return norms + projections + attention + residuals + 3 * inner;
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

/** Logits, what the losses keep of them, and their gradients. */
export function logitNumbers({ batch, positions, widths }: Derived): number {
  const labelled = batch.counted;
  if (positions === undefined) return 3 * labelled * widths.vocab;
  const all = projectedOf(batch, positions);
  const distilled = distilledOf(batch, positions);
  // Where both losses look at the same positions, nothing is picked out for either.
  const picked = all === labelled ? 0 : 3 * labelled;
  return (3 * all + picked + 5 * distilled) * widths.vocab;
}
