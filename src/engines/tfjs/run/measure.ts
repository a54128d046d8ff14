import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { EncodedRow } from '../../../data/encode.ts';
import type { EvaluatedEvent, EventBodyOf } from '../../../protocol/events.ts';
import { encodeJson } from '../../../protocol/numbers.ts';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import { checkpointName } from '../../../folder/layout.ts';
import type { Evaluation } from '../evaluation/evaluator.ts';
import { chunks, padRows } from '../training/batches.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { crossEntropyLoss } from '../training/losses.ts';
import { studentOf } from '../training/student.ts';
import { diskFailure } from './eventLog.ts';

/** An `evaluated` event before the log numbers it. */
export type EvaluatedBody = EventBodyOf<'evaluated'>;

export interface EvaluationFrame {
  readonly step: number;
  readonly epoch: number;
  readonly trigger: string;
  readonly decoded: boolean;
  readonly evalLoss: number | undefined;
  readonly probeFile: string | null;
  readonly seconds: number;
}

export function evaluatedBody(result: Evaluation, frame: EvaluationFrame): EvaluatedBody {
  return {
    type: 'evaluated',
    step: frame.step,
    epoch: frame.epoch,
    trigger: frame.trigger,
    decoded: frame.decoded,
    held: result.held,
    known: result.known,
    new: result.new,
    probes: result.probes,
    forgetting: result.forgetting ?? null,
    reference_step: result.forgetting === undefined ? null : (result.memory.referenceStep ?? null),
    eval_loss: frame.evalLoss ?? null,
    drift: result.drift.layers,
    kl_to_base: result.drift.klToBase ?? null,
    probe_file: frame.probeFile,
    duration: frame.seconds,
    ...(result.stringDifferences === undefined ? {} : { string_differences: result.stringDifferences }),
    ...(result.forcedDifferences === undefined ? {} : { forced_differences: result.forcedDifferences }),
  };
}

/** DESIGN 6, best: highest new EM; without new rows the lowest eval_loss, else the highest known EM. Higher is better. */
export function qualityOf(event: Pick<EvaluatedEvent, 'new' | 'known' | 'eval_loss'>): number | undefined {
  if (event.new !== null) return event.new.correct / event.new.total;
  if (event.eval_loss !== null) return -event.eval_loss;
  return event.known === null ? undefined : event.known.correct / event.known.total;
}

/** Mean nats per counted token of eval_file; undefined without rows. */
export function measureEvalLoss(
  model: LanguageModel,
  rows: readonly EncodedRow[],
  batchSize: number,
  padId: number,
): number | undefined {
  if (rows.length === 0) return undefined;
  let sum = 0;
  let tokens = 0;
  const sorted = [...rows].sort((a, b) => a.input_ids.length - b.input_ids.length);
  for (const group of chunks(sorted, batchSize)) {
    const batch = padRows(group, padId);
    sum += tf.tidy(
      () =>
        crossEntropyLoss
          .compute(studentOf(model, model.parameters), batch, crossEntropyLoss.count(batch))
          .ceSum.dataSync()[0] ?? NaN,
    );
    tokens += batch.ceTokens;
  }
  return sum / Math.max(1, tokens);
}

/**
 * Writes probes/step-00000120.json; the decoded evaluation at the end has a name of its own.
 * @returns its path relative to the run folder; null when there are no facts
 */
export function writeProbeFile(
  folder: string,
  step: number,
  decoded: boolean,
  result: Evaluation,
): string | null {
  if (result.facts.length === 0) return null;
  const name = `${checkpointName(step)}${decoded ? '-decoded' : ''}.json`;
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeAtomically(path, `${encodeJson({ step, decoded, facts: result.facts })}\n`);
  } catch (error) {
    throw diskFailure(error, path) ?? error;
  }
  return `probes/${name}`;
}
