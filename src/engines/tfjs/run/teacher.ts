import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { EncodedRow } from '../../../data/encode.ts';
import type { SelfDistill } from '../../../protocol/runConfig.ts';
import { chunks, padRows, type MicroBatch } from '../training/batches.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import type { TeacherOutputs } from '../training/losses.ts';
import { distilledPositions } from '../training/positions.ts';
import { studentOf } from '../training/student.ts';
import { differentiable } from '../model/differentiable.ts';
import { diskFailure } from './eventLog.ts';
import { fingerprintWeights } from './fingerprintWeights.ts';
import {
  createCache,
  layoutOf,
  openCache,
  readCacheHeader,
  sealCache,
  staleCache,
  type CacheHeader,
  type CacheKind,
  type CacheLayout,
  type CacheReader,
} from './teacherCache.ts';

/** A frozen teacher's outputs, ready for training. */
export interface Teacher extends TeacherOutputs {
  readonly header: CacheHeader;
  readonly cacheBytes: number;
  dispose(): void;
}

export interface TeacherSettings {
  /** teacher/ of the run. */
  readonly folder: string;
  readonly rows: readonly EncodedRow[];
  readonly distill: Pick<SelfDistill, 'temperature' | 'positions'>;
  readonly batchSize: number;
  readonly padId: number;
  /** Up to so many bytes of log-probabilities are kept; above, hidden states. Default 256 MiB. */
  readonly mostBytes?: number;
  /** `verifying`: the self-test. */
  readonly onProgress: (phase: 'caching_teacher' | 'verifying', done: number, total: number) => void;
}

const MOST_BYTES_OF_PROBABILITIES = 256 * 1024 * 1024;
/** Rows whose outputs are computed a second time and compared. */
const SAMPLES = 32;
/** Nats. The two computations differ by the order of float32 additions only: about 1e-7 (one step of training: 1e-3). */
const MOST_SELF_DIVERGENCE = 1e-5;

/**
 * The outputs of `model`, as it is now, on all rows: read from the run folder if they are there, else computed once and kept
 * there (exact; no second forward pass while training). Either way some are computed again and must agree, which is also the
 * self-test KL(teacher, teacher) = 0.
 * @param model the teacher; not needed any more afterwards
 * @throws Failure when what is kept is not what this teacher says
 */
export function prepareTeacher(model: LanguageModel, settings: TeacherSettings): Teacher {
  const { folder, rows, distill } = settings;
  const layout = layoutOf(rows, distill.positions);
  const hash = fingerprintWeights(
    model,
    model.specs.map(({ name }) => name),
  );
  const header = readCacheHeader(folder) ?? compute(model, settings, layout, hash);
  if (header.teacher_hash !== hash || header.temperature !== distill.temperature)
    throw staleCache(folder, 'they are those of another teacher or temperature');
  const reader = openCache(folder, header, layout);
  const teacher = openTeacher(model, settings, header, reader);
  const divergence = selfDivergence(model, teacher, settings);
  if (!(divergence <= MOST_SELF_DIVERGENCE)) {
    teacher.dispose();
    throw staleCache(folder, `KL(teacher, teacher) is ${divergence} instead of 0`);
  }
  return { ...teacher, header: { ...header, self_test_kl: divergence } };
}

/** Log-probabilities save the teacher's head in every step; hidden states take less room. Both are exact. */
export function cacheKindFor(
  vectors: number,
  vocabSize: number,
  hiddenSize: number,
  mostBytes = MOST_BYTES_OF_PROBABILITIES,
): CacheKind {
  const isSmall = vectors * vocabSize * 4 <= mostBytes || vocabSize <= hiddenSize;
  return isSmall ? 'log_probabilities' : 'hidden_states';
}

function compute(
  model: LanguageModel,
  settings: TeacherSettings,
  layout: CacheLayout,
  teacherHash: string,
): CacheHeader {
  const { folder, rows, distill, batchSize, padId, mostBytes, onProgress } = settings;
  const { vocab_size: vocabSize, hidden_size: hiddenSize } = model.arch;
  const kind = cacheKindFor(layout.vectors, vocabSize, hiddenSize, mostBytes);
  const width = kind === 'log_probabilities' ? vocabSize : hiddenSize;
  rmSync(join(folder, 'outputs.json'), { force: true });
  try {
    const writer = createCache(folder, layout, width);
    try {
      const byLength = [...rows].sort((a, b) => a.input_ids.length - b.input_ids.length);
      let done = 0;
      for (const group of chunks(byLength, batchSize)) {
        onProgress('caching_teacher', done, rows.length);
        const batch = padRows(group, padId);
        const outputs = tf.tidy(() => outputsOf(model, batch, kind, distill));
        // Read out here: of an array that `tf.tidy` is to return, it remembers every number while it looks for tensors.
        const vectors = outputs.dataSync<'float32'>();
        outputs.dispose();
        let at = 0;
        for (const row of group) {
          const length = (layout.of(row)?.count ?? 0) * width;
          writer.write(row, vectors.subarray(at, at + length));
          at += length;
        }
        done += group.length;
      }
      onProgress('caching_teacher', rows.length, rows.length);
    } finally {
      writer.close();
    }
    const header: CacheHeader = {
      format: 1,
      kind,
      width,
      vectors: layout.vectors,
      positions: distill.positions,
      temperature: distill.temperature,
      teacher_hash: teacherHash,
      self_test_kl: 0,
    };
    sealCache(folder, header);
    return header;
  } catch (error) {
    throw diskFailure(error, folder) ?? error;
  }
}

/** The teacher's vectors at a batch's distilled positions, [n, width]. */
function outputsOf(
  model: LanguageModel,
  batch: MicroBatch,
  kind: CacheKind,
  { positions, temperature }: TeacherSettings['distill'],
): Tensor2D {
  const student = studentOf(model, model.parameters);
  const at = tf.tensor1d(distilledPositions(batch, positions), 'int32');
  const hidden = model.ops.embed(student.hidden(batch), at);
  return kind === 'hidden_states' ? hidden : model.ops.logSoftmax(student.logits(hidden), temperature);
}

function openTeacher(
  model: LanguageModel,
  { distill }: TeacherSettings,
  header: CacheHeader,
  reader: CacheReader,
): Teacher {
  const { kind, width } = header;
  // The head alone stays when hidden states are kept: one matrix instead of a second model.
  const headName = model.arch.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const kept = model.parameters.get(headName);
  const head = kind === 'hidden_states' && kept !== undefined ? tf.keep(kept.clone()) : undefined;
  const frozen = studentOf(model, new Map(head === undefined ? [] : [[headName, head]]));
  return {
    header,
    cacheBytes: reader.bytes,
    logProbabilities: (batch) => {
      const values = reader.read(batch.source);
      const vectors = tf.tensor2d(values, [values.length / width, width]);
      if (kind === 'log_probabilities') return vectors;
      // As one operation, so that the tape of the student's gradient remembers nothing of the teacher's head.
      return differentiable<Tensor2D>([vectors], () => ({
        value: model.ops.logSoftmax(frozen.logits(vectors), distill.temperature),
        gradients: () => [],
      }));
    },
    dispose: () => {
      reader.close();
      head?.dispose();
    },
  };
}

/** Mean KL(teacher, teacher) over sampled rows, computed again against what is kept; nats, 0 but for rounding. */
function selfDivergence(model: LanguageModel, teacher: Teacher, settings: TeacherSettings): number {
  const { rows, distill, padId, onProgress } = settings;
  const every = Math.max(1, Math.floor(rows.length / SAMPLES));
  const sample = rows.filter((_, index) => index % every === 0);
  const batch = padRows(sample, padId);
  onProgress('verifying', 0, sample.length);
  const [sum, count] = tf.tidy(() => {
    const at = tf.tensor1d(distilledPositions(batch, distill.positions), 'int32');
    const student = studentOf(model, model.parameters);
    const logits = student.logits(model.ops.embed(student.hidden(batch), at));
    const wanted = teacher.logProbabilities(batch);
    return [model.ops.divergenceSum(logits, wanted, distill.temperature).dataSync()[0] ?? NaN, at.size];
  });
  onProgress('verifying', sample.length, sample.length);
  return Math.abs(sum) / Math.max(1, count);
}
