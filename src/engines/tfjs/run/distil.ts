import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../../../base/text.ts';
import type { EncodedRow } from '../../../data/encode.ts';
import { isTeacherWord, type RunConfig, type SelfDistill } from '../../../protocol/runConfig.ts';
import { Failure } from '../failure.ts';
import { loadArchitecture, loadParameters, saveModelFolder } from '../files/modelFolder.ts';
import { createLanguageModel, type LanguageModel } from '../training/languageModel.ts';
import { distilledInRow } from '../training/positions.ts';
import { createProgress, type RunContext } from './context.ts';
import type { Warning } from './dataFiles.ts';
import { diskFailure } from './eventLog.ts';
import { fingerprintWeights } from './fingerprintWeights.ts';
import { prepareTeacher, type Teacher } from './teacher.ts';

/** Fewer known rows teach the answer format badly, and the teacher is what the whole run is held to (DESIGN 5). */
const LEAST_KNOWN_ROWS = 32;

/**
 * The rows of the warm-up that a snapshot teacher is taken after; undefined where there is none.
 * @throws Failure when the base model knows too few
 */
export function snapshotRows(
  config: Pick<RunConfig, 'self_distill'>,
  rows: readonly EncodedRow[],
  known: ReadonlySet<string>,
): readonly EncodedRow[] | undefined {
  const distill = config.self_distill;
  if (distill?.teacher !== 'snapshot') return undefined;
  if (distill.snapshot_data === 'all') return rows;
  const familiar = rows.filter((row) => known.has(row.id));
  if (familiar.length >= LEAST_KNOWN_ROWS) return familiar;
  throw new Failure(
    'self_distill.known-rows',
    `The base model knows only ${plural(familiar.length, 'training row')}, and the warm-up for the teacher needs ${LEAST_KNOWN_ROWS}: set self_distill.snapshot_data: all, or add rows that it knows.`,
  );
}

/** @throws Failure when the warm-up would be longer than what it prepares */
export function checkSnapshotLength(snapshotSteps: number, mainSteps: number): void {
  if (snapshotSteps <= mainSteps) return;
  throw new Failure(
    'self_distill.snapshot-length',
    `The warm-up for the teacher would take ${plural(snapshotSteps, 'step')}, the run itself only ${mainSteps}: lower self_distill.snapshot_epochs, raise num_train_epochs, or set self_distill.teacher: base.`,
  );
}

/** What the settings of self-distillation promise on this data; see `kd_weight * T * N_ce / N_kd` in DESIGN 5. */
export function distillWarnings(distill: SelfDistill | undefined, rows: readonly EncodedRow[]): Warning[] {
  if (distill === undefined) return [];
  if (distill.kd_weight === 0) {
    const message =
      'self_distill.kd_weight is 0, so nothing is distilled: right as the control of a distilled run (the same warm-up); else set it to 1.';
    return [{ code: 'self_distill.control', message }];
  }
  const ceTokens = rows.reduce(
    (sum, row) => sum + row.labels.filter((label, t) => t > 0 && label >= 0).length,
    0,
  );
  const kdTokens = rows.reduce((sum, row) => sum + distilledInRow(row, distill.positions).length, 0);
  const pull = labelPull(distill, ceTokens, kdTokens);
  if (pull < 1) return [];
  const message = `With kd_weight ${distill.kd_weight}, temperature ${distill.temperature} and positions ${distill.positions} the teacher outweighs the labels (kd_weight * T * N_ce / N_kd = ${pull.toFixed(2)}, and above 1 a new fact cannot become the likeliest answer): lower kd_weight below ${(distill.kd_weight / pull).toPrecision(2)}.`;
  return [{ code: 'self_distill.label-loses', message }];
}

/**
 * How hard the teacher pulls against a label at one position, relative to the label: with two tokens in competition the
 * gradient vanishes at p(label) = 1 - x, x + pull * q_T(x) = 1, so that the label is the arg-max only while this is below 1.
 */
export function labelPull(
  { kd_weight: weight, temperature }: Pick<SelfDistill, 'kd_weight' | 'temperature'>,
  ceTokens: number,
  kdTokens: number,
): number {
  return (weight * temperature * ceTokens) / Math.max(1, kdTokens);
}

export interface TeacherMaking {
  readonly context: RunContext;
  readonly rows: readonly EncodedRow[];
  readonly padId: number;
}

/**
 * The teacher of `base` or a path, at the start of an attempt; undefined where there is none (yet).
 * @param base the untouched model
 */
export function teacherFromStart(making: TeacherMaking, base: LanguageModel): Teacher | undefined {
  const { config } = making.context.run;
  const distill = config.self_distill;
  if (distill === undefined || distill.kd_weight === 0 || distill.teacher === 'snapshot') return undefined;
  if (isTeacherWord(distill.teacher)) return makeTeacher(making, distill, base);
  const other = loadTeacher(distill.teacher, config.model_name_or_path, base);
  try {
    return makeTeacher(making, distill, other);
  } finally {
    other.dispose();
  }
}

/**
 * Takes the snapshot: the model as it is now becomes the teacher. Its weights are kept beside its outputs, so that a resumed
 * run can tell whether they still belong together.
 */
export function takeSnapshot(making: TeacherMaking, model: LanguageModel): Teacher | undefined {
  const { paths, run } = making.context;
  const { config } = run;
  const distill = config.self_distill;
  if (distill === undefined || distill.kd_weight === 0) return undefined;
  try {
    rmSync(paths.teacher, { recursive: true, force: true });
    saveModelFolder(join(paths.teacher, MODEL), config.model_name_or_path, model.arch, (name) =>
      model.read(name),
    );
  } catch (error) {
    throw diskFailure(error, paths.teacher) ?? error;
  }
  return makeTeacher(making, distill, model);
}

/** The snapshot of an earlier attempt: read, never taken again, because the model has moved on since. */
export function reopenSnapshot(making: TeacherMaking, model: LanguageModel): Teacher | undefined {
  const { paths, run } = making.context;
  const distill = run.config.self_distill;
  if (distill === undefined || distill.kd_weight === 0) return undefined;
  const folder = join(paths.teacher, MODEL);
  if (!existsSync(join(folder, 'model.safetensors'))) {
    throw new Failure(
      'teacher.missing',
      `${folder} is gone, and with it the teacher this run learned from: start the run again.`,
    );
  }
  const teacher = createLanguageModel(model.arch, model.ops, loadParameters(folder, model.arch));
  try {
    return makeTeacher(making, distill, teacher);
  } finally {
    teacher.dispose();
  }
}

/** Says which teacher there is, with its self-test. */
export function announceTeacher(
  { log }: RunContext,
  step: number,
  rowsUsed: number,
  teacher: Teacher | undefined,
  model: LanguageModel,
): void {
  log.write({
    type: 'snapshotted',
    step,
    rows_used: rowsUsed,
    teacher_hash: teacher?.header.teacher_hash ?? fingerprintWeights(model, model.parameters.keys()),
    cache_bytes: teacher?.cacheBytes ?? 0,
    ...(teacher === undefined
      ? {}
      : { cache_kind: teacher.header.kind, self_test_kl: teacher.header.self_test_kl }),
  });
}

/** What a finished run needs no more. */
export function removeTeacher({ paths }: RunContext): void {
  rmSync(paths.teacher, { recursive: true, force: true });
}

const MODEL = 'model';

function makeTeacher(
  { context, rows, padId }: TeacherMaking,
  distill: SelfDistill,
  model: LanguageModel,
): Teacher {
  const { paths, run, log } = context;
  const progress = {
    caching_teacher: createProgress(log, 'caching_teacher'),
    verifying: createProgress(log, 'verifying'),
  };
  return prepareTeacher(model, {
    folder: paths.teacher,
    rows,
    distill,
    batchSize: run.config.per_device_eval_batch_size,
    padId,
    onProgress: (phase, done, total) => progress[phase](done, total),
  });
}

/** Another model as teacher: its answers are compared token by token, so its tokens must be the same. */
function loadTeacher(folder: string, studentFolder: string, student: LanguageModel): LanguageModel {
  const arch = loadArchitecture(folder);
  if (arch.vocab_size !== student.arch.vocab_size) {
    throw new Failure(
      'self_distill.teacher',
      `The teacher ${folder} has a vocabulary of ${arch.vocab_size} tokens, the model one of ${student.arch.vocab_size}: take a teacher of the same model family, or teacher: snapshot.`,
    );
  }
  const difference = tokenizerDifference(folder, studentFolder);
  if (difference !== undefined) {
    throw new Failure(
      'self_distill.teacher',
      `The teacher ${folder} has another tokenizer than the model (${difference}): take a teacher of the same model family, or teacher: snapshot.`,
    );
  }
  return createLanguageModel(arch, student.ops, loadParameters(folder, arch));
}

/** The first token that two tokenizers number differently, in words; undefined where they agree on all. */
function tokenizerDifference(first: string, second: string): string | undefined {
  const [one, other] = [vocabularyOf(first), vocabularyOf(second)];
  for (const [token, id] of one) {
    const here = other.get(token);
    if (here !== id) return `token ${JSON.stringify(token)} is ${id} there and ${here ?? 'missing'} here`;
  }
  return one.size === other.size ? undefined : `${one.size} tokens there, ${other.size} here`;
}

/** Token to id, of a folder's tokenizer.json; empty where there is none to compare. */
function vocabularyOf(folder: string): ReadonlyMap<string, number> {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) {
    throw new Failure(
      'self_distill.teacher',
      `The teacher's folder ${folder} has no tokenizer.json to compare: copy it there from the model the teacher was made from.`,
    );
  }
  const json = JSON.parse(readFileSync(path, 'utf8')) as { model?: { vocab?: unknown } };
  const vocabulary = json.model?.vocab;
  if (Array.isArray(vocabulary))
    return new Map(
      vocabulary.map((entry: unknown, id) => [String(Array.isArray(entry) ? entry[0] : entry), id]),
    );
  return new Map(Object.entries((vocabulary ?? {}) as Record<string, number>));
}
