import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { forward, project, type KeyValueCache, type TokenBatch } from '../model/model.ts';
import { MASKED } from '../model/composedOps.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { chunks } from '../training/batches.ts';

export interface DecodeOptions {
  readonly maxNewTokens: number;
  /** Decoding a row ends with any of these; the token is part of the result. */
  readonly stopTokens: ReadonlySet<number>;
  readonly batchSize: number;
  readonly padId: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Greedy continuations of prompts, batched, with a key/value cache: the prompts once, then one token a pass.
 * @param prompts token ids, each at least one
 * @returns for each prompt the new tokens, the stop token included where one came within `maxNewTokens`
 */
export function decodeGreedily(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  options: DecodeOptions,
): number[][] {
  const results = prompts.map((): number[] => []);
  // Like lengths together, so that little is padding.
  const order = [...prompts.keys()].sort((a, b) => (prompts[a]?.length ?? 0) - (prompts[b]?.length ?? 0));
  let done = 0;
  for (const group of chunks(order, options.batchSize)) {
    const decoded = decodeGroup(
      model,
      group.map((index) => prompts[index] ?? []),
      options,
    );
    for (const [position, index] of group.entries()) results[index] = decoded[position] ?? [];
    done += group.length;
    options.onProgress?.(done);
  }
  return results;
}

function decodeGroup(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  options: DecodeOptions,
): number[][] {
  const time = prompts.reduce((longest, prompt) => Math.max(longest, prompt.length), 1);
  const lengths = prompts.map((prompt) => prompt.length);
  const outputs = prompts.map((): number[] => []);
  const isOpen = (row: number): boolean => {
    const last = outputs[row]?.at(-1);
    return last === undefined || !options.stopTokens.has(last);
  };
  let cache: KeyValueCache = [];
  for (let round = 0; round < options.maxNewTokens; round++) {
    const before = cache;
    const { next, grown } =
      round === 0
        ? prefill(model, prompts, time, options.padId)
        : extend(model, before, outputs, lengths, time);
    for (const pair of before) tf.dispose([...pair]);
    cache = grown;
    for (const [row, output] of outputs.entries()) if (isOpen(row)) output.push(next[row] ?? options.padId);
    if (outputs.every((_, row) => !isOpen(row))) break;
  }
  for (const pair of cache) tf.dispose([...pair]);
  return outputs;
}

interface Round {
  readonly next: Int32Array;
  readonly grown: KeyValueCache;
}

/** Reads the prompts, padded on the right: exactly the forward pass of training. */
function prefill(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  time: number,
  padId: number,
): Round {
  const ids = new Int32Array(prompts.length * time).fill(padId);
  for (const [row, prompt] of prompts.entries()) ids.set(prompt, row * time);
  const last = prompts.map((prompt, row) => row * time + prompt.length - 1);
  return pass(model, { ids, rows: prompts.length, time }, last, {});
}

/** One more token per row. Slots between a prompt's end and `time` hold padding and are masked out. */
function extend(
  model: LanguageModel,
  cache: KeyValueCache,
  outputs: readonly (readonly number[])[],
  lengths: readonly number[],
  time: number,
): Round {
  const rows = outputs.length;
  // Closed rows go on with their last token: cheaper than taking them out, and never read.
  const ids = Int32Array.from(outputs, (output) => output.at(-1) ?? 0);
  const slots = (cache[0]?.[0].shape[1] ?? 0) + 1;
  const positions = Int32Array.from(lengths, (length) => length + slots - 1 - time);
  const mask = new Float32Array(rows * slots);
  for (const [row, length] of lengths.entries()) mask.fill(MASKED, row * slots + length, row * slots + time);
  return pass(model, { ids, rows, time: 1 }, [...ids.keys()], { positions, mask, cache, slots });
}

function pass(
  model: LanguageModel,
  batch: TokenBatch,
  last: readonly number[],
  past: { positions?: Int32Array; mask?: Float32Array; cache?: KeyValueCache; slots?: number },
): Round {
  const kept: [Tensor4D, Tensor4D][] = [];
  const next = tf.tidy(() => {
    const { hidden, cache } = forward(model.parameters, model.arch, model.ops, batch, {
      cache: past.cache ?? [],
      ...(past.positions === undefined ? {} : { positions: past.positions }),
      ...(past.mask === undefined
        ? {}
        : { mask: tf.tensor4d(past.mask, [batch.rows, 1, 1, past.slots ?? 0]) }),
    });
    for (const [k, v] of cache) kept.push([tf.keep(k), tf.keep(v)]);
    const ends = tf.gather(hidden, tf.tensor1d([...last], 'int32'));
    return tf
      .argMax<Tensor1D>(project(model.parameters, model.arch, model.ops, ends), -1)
      .dataSync<'int32'>();
  });
  return { next, grown: kept };
}
