import { isTeacherWord } from '../../../protocol/runConfig.ts';
import type { BatchTokens } from '../batch.ts';
import { distilledOf, evaluationBatch, probingBatch, type Derived } from '../question.ts';
import type { Widths } from '../widths.ts';
import { tfjsTeacherCache } from './teacher.ts';

/** Numbers of a model that has run: parameters, and the rearranged copies of matrices. */
export function modelNumbers({ pieces, widths, shape }: Derived): number {
  const linear = pieces.layers.reduce((sum, layer) => sum + layer.linear, 0);
  return pieces.all + linear + (shape.tied ? 0 : widths.vocab * widths.hidden);
}

/** What WebAssembly holds at most outside of training steps, beside the model. */
export function otherPhases(run: Derived): number {
  const isOther = run.hasTeacher && !isTeacherWord(run.config.self_distill?.teacher ?? 'base');
  const asked = caching(run) + (isOther ? modelNumbers(run) : 0);
  return Math.max(probing(run), forward(run, evaluationBatch(run)), asked);
}

/** Asking what the base knows: keys and values of all layers, and those of the longer round before they are let go. */
function probing(run: Derived): number {
  const asked = probingBatch(run);
  if (asked === undefined) return 0;
  const { hidden, keys, vocab } = run.widths;
  const layers = run.pieces.layers.length;
  const first = layers * (2 * keys + hidden) + insideLayer(run.widths, asked.longest);
  return asked.rows * (asked.longest * Math.max(first, 4 * layers * keys) + vocab);
}

/** A pass without a tape: the result of every layer, and what one layer needs. */
function forward({ widths, pieces }: Derived, batch: BatchTokens, positions: number = batch.counted): number {
  const perToken = pieces.layers.length * widths.hidden + insideLayer(widths, batch.longest);
  return batch.cells * perToken + positions * widths.vocab;
}

function insideLayer({ hidden, queries, keys, inner, heads }: Widths, time: number): number {
  return 5 * hidden + 3 * queries + 3 * keys + 3 * inner + heads * time;
}

/** The teacher is asked in evaluation batches; its log-probabilities stand beside its logits. */
function caching(run: Derived): number {
  if (!run.hasTeacher) return 0;
  const batch = evaluationBatch(run);
  const distilled = distilledOf(batch, run.positions);
  return forward(run, batch, tfjsTeacherCache(run).isHidden ? 0 : 2 * distilled);
}
