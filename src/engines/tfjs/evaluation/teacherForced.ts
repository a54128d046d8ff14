import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { IGNORE_INDEX, type EncodedRow } from '../../../data/encode.ts';
import { forward, project } from '../model/model.ts';
import { chunks, padRows, type MicroBatch } from '../training/batches.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { labelledPositions } from '../training/positions.ts';
import type { Fact } from './fact.ts';

/** What one forward pass over the facts tells, without decoding. */
export interface TeacherForcedResult {
  /** Per fact: every token of one accepted answer and the end token are the arg-max. */
  readonly correct: readonly boolean[];
  /** Per fact, at the last prompt token, if asked for. */
  readonly traces: readonly (Trace | undefined)[];
}

/** The model's state at a fact's last prompt token. */
export interface Trace {
  /** Residual stream by layer (1-based). */
  readonly hidden: ReadonlyMap<number, Float32Array>;
  /** Log-probabilities of the next token. */
  readonly logProbabilities: Float32Array;
}

interface Item extends EncodedRow {
  readonly fact: number;
}

/**
 * Exact match by arg-max (DESIGN 6): one forward pass over prompt and answer, the head on answer positions only.
 * @param traceFacts which facts (by index) to trace, and at which layers
 */
export function checkTeacherForced(
  model: LanguageModel,
  facts: readonly Fact[],
  batchSize: number,
  padId: number,
  trace?: { readonly layers: readonly number[]; readonly facts: ReadonlySet<number> },
  onProgress?: (done: number, total: number) => void,
): TeacherForcedResult {
  const items = facts.flatMap((fact, index) =>
    fact.answerIds.map((answer, which) => toItem(fact, index, which, answer)),
  );
  const order = [...items].sort((a, b) => a.input_ids.length - b.input_ids.length);
  const correct = facts.map(() => false);
  const traces = facts.map((): Trace | undefined => undefined);
  let done = 0;
  for (const group of chunks(order, batchSize)) {
    checkGroup(model, group, padId, trace, correct, traces);
    done += group.length;
    onProgress?.(done, items.length);
  }
  return { correct, traces };
}

function toItem(fact: Fact, index: number, which: number, answer: readonly number[]): Item {
  const input_ids = [...fact.promptIds, ...answer];
  const labels = [...fact.promptIds.map(() => IGNORE_INDEX), ...answer];
  return {
    id: `${fact.id}#${which}`,
    fact: index,
    input_ids,
    labels,
    promptLength: fact.promptIds.length,
    truncated: 0,
  };
}

function checkGroup(
  model: LanguageModel,
  group: readonly Item[],
  padId: number,
  trace: { readonly layers: readonly number[]; readonly facts: ReadonlySet<number> } | undefined,
  correct: boolean[],
  traces: (Trace | undefined)[],
): void {
  const batch = padRows(group, padId);
  const { positions, labels } = labelledPositions(batch);
  tf.tidy(() => {
    const layers = new Map<number, Tensor2D>();
    const { hidden } = forward(model.parameters, model.arch, model.ops, batch, {
      onLayer: (layer, state) => {
        if (trace?.layers.includes(layer) === true) layers.set(layer, state);
      },
    });
    const logits = project(
      model.parameters,
      model.arch,
      model.ops,
      tf.gather(hidden, tf.tensor1d(positions, 'int32')),
    );
    const said = tf.argMax<Tensor1D>(logits, -1).dataSync<'int32'>();
    markCorrect(group, batch, positions, labels, said, correct);
    if (trace !== undefined) collectTraces(group, batch, positions, logits, layers, trace.facts, traces);
  });
}

function markCorrect(
  group: readonly Item[],
  batch: MicroBatch,
  positions: Int32Array,
  labels: Int32Array,
  said: Int32Array,
  correct: boolean[],
): void {
  const right = group.map(() => true);
  for (let i = 0; i < positions.length; i++) {
    if (said[i] !== labels[i]) right[Math.floor((positions[i] ?? 0) / batch.time)] = false;
  }
  for (const [row, item] of group.entries()) if (right[row] === true) correct[item.fact] = true;
}

function collectTraces(
  group: readonly Item[],
  batch: MicroBatch,
  positions: Int32Array,
  logits: Tensor2D,
  layers: ReadonlyMap<number, Tensor2D>,
  wanted: ReadonlySet<number>,
  traces: (Trace | undefined)[],
): void {
  // A row's first labelled position is its last prompt token.
  const firsts = group.map((_, row) => positions.findIndex((position) => position >= row * batch.time));
  const logProbabilities = tf
    .logSoftmax(tf.gather(logits, tf.tensor1d(firsts, 'int32')), -1)
    .dataSync<'float32'>();
  const at = tf.tensor1d(
    firsts.map((first) => positions[first] ?? 0),
    'int32',
  );
  const states = new Map(
    [...layers].map(([layer, state]) => [layer, tf.gather(state, at).dataSync<'float32'>()]),
  );
  const width = logits.shape[1];
  for (const [row, item] of group.entries()) {
    if (!wanted.has(item.fact) || traces[item.fact] !== undefined) continue;
    const hidden = new Map([...states].map(([layer, values]) => [layer, rowOf(values, row, group.length)]));
    traces[item.fact] = { hidden, logProbabilities: logProbabilities.slice(row * width, (row + 1) * width) };
  }
}

function rowOf(values: Float32Array, row: number, rows: number): Float32Array {
  const width = values.length / rows;
  return values.slice(row * width, (row + 1) * width);
}
