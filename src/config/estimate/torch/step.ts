import { adaptedModules, adaptedOutputs } from '../adapters.ts';
import { TORCH } from '../constants.ts';
import type { LayerParameters, Module } from '../layers.ts';
import { FLOAT } from '../parts.ts';
import { projectedOf } from '../question.ts';
import type { TorchRun } from './run.ts';

/** What a training step needs at one moment, beside weights and optimizer state. Bytes. */
export interface Peak {
  readonly activations: number;
  readonly logits: number;
  readonly gradients: number;
}

/** When the loss is known and nothing has been let go: all activations, a chunk of logits, the head's gradient. */
export function forwardPeak(run: TorchRun): Peak {
  const { widths, pieces, config, number, processes } = run;
  const head = pieces.headMoves && config.lora === undefined ? number * widths.vocab * widths.hidden : 0;
  const earlier = config.gradient_accumulation_steps > 1 ? (number * run.moving) / processes : 0;
  const activations = activationBytes(run, config.gradient_checkpointing);
  return { activations, logits: logitBytes(run), gradients: head + earlier };
}

/** At the end of a backward pass: all gradients, and of a tied matrix the embeddings' share before it is added to the head's. */
export function gradientPeak({
  widths,
  pieces,
  shape,
  config,
  number,
  isHalf,
  moving,
  processes,
}: TorchRun): number {
  const isBoth = shape.tied && pieces.headMoves && config.lora === undefined;
  const backward = number * (moving / processes + (isBoth ? widths.vocab * widths.hidden : 0));
  // The step is made in float32, with a copy of every gradient.
  return Math.max(backward, isHalf ? (FLOAT * moving) / processes : 0);
}

/**
 * What the layers compute for a backward pass. Checkpointed, the input of every layer is kept, and one layer as a whole, which is
 * computed again (Chen et al. 2016, arXiv 1604.06174).
 */
function activationBytes(run: TorchRun, isCheckpointed: boolean): number {
  const { pieces, config, layout, widths, number } = run;
  const layers = pieces.layers.slice(config.lora === undefined ? pieces.stillLayers : 0);
  const computed = layers.map((layer) => computedByLayer(run, layer));
  const inputs = layers.length * widths.hidden * number;
  const all = isCheckpointed
    ? inputs + computed.reduce((most, bytes) => Math.max(most, bytes), 0)
    : computed.reduce((sum, bytes) => sum + bytes, 0);
  // Final norm: what comes in, what is normed, what goes out.
  return layout.cells * (all + 3 * widths.hidden * number);
}

/**
 * What a heap holds unused between blocks of many sizes (device/allocator.py has glibc keep all): a share of all that a step
 * computes, checkpointed or not; and with adapters the results of the still products beside them, which small blocks that are kept
 * tear apart.
 */
export function lostBytes(run: TorchRun): number {
  const results = adaptedOutputs(run) * run.pieces.layers.length * run.layout.cells * run.number;
  return TORCH.lostBetween * activationBytes(run, false) + TORCH.lostByAdapters * results;
}

/** Bytes per token that a layer's backward pass needs. */
function computedByLayer(run: TorchRun, layer: LayerParameters): number {
  const { widths, config, layout, number, isHalf } = run;
  const { hidden, queries, keys, inner } = widths;
  const needsInput = config.lora === undefined ? layer.movingModules : adaptedModules(config.lora);
  const has = (...names: readonly Module[]): number => (names.some((name) => needsInput.has(name)) ? 1 : 0);
  const normed = layer.movingModules.has('norms') && config.lora === undefined ? 1 : 0;
  // A norm is computed in float32, whatever the rest is.
  const norms = 2 * hidden * (isHalf ? FLOAT : number) + 2 * normed * hidden * number;
  const inputs = hidden * (has('q', 'k', 'v') + has('gate', 'up'));
  // With a mask, keys and values are repeated for every head of the queries.
  const attention = 2 * queries + 2 * (layout.isTree ? queries : keys);
  const feedForward = inner * (3 + has('down'));
  return norms + number * (inputs + attention + feedForward);
}

/** Bytes of one chunk of float32 logits (holdfast_torch/losses/head_loss.py). */
const CHUNK_BYTES = { cpu: 24 * 2 ** 20, mps: 24 * 2 ** 20, cuda: 512 * 2 ** 20 };
const LEAST_ROWS_OF_A_CHUNK = 16;

/** A chunk of logits and what is computed from it: probabilities; of a distilled run those of the teacher and both logits too. */
export function logitBytes(run: TorchRun): number {
  const { batch, widths, device, positions, tokens, layout } = run;
  const sharing = layout.isTree && positions === 'all' ? 1 - tokens.sharedPrefix : 1;
  const places = projectedOf(batch, positions) * sharing;
  const most = Math.max(LEAST_ROWS_OF_A_CHUNK, Math.floor(CHUNK_BYTES[device] / (FLOAT * widths.vocab)));
  const rows = places / Math.max(1, Math.ceil(places / most));
  return rows * widths.vocab * FLOAT * (positions === undefined ? 2 : 4);
}
