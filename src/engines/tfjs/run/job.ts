import { Failure } from '../failure.ts';
import { NO_MEMORY, tracedFacts } from '../evaluation/evaluator.ts';
import type { Fact } from '../evaluation/fact.ts';
import { checkTeacherForced, type Trace } from '../evaluation/teacherForced.ts';
import {
  initialParameters,
  loadArchitecture,
  loadParameters,
  type ParameterValues,
} from '../files/modelFolder.ts';
import { loadTokenizer, type ModelTokenizer } from '../files/tokenizer.ts';
import type { Architecture } from '../model/architecture.ts';
import type { EncodedRow } from '../../../data/encode.ts';
import type { Row } from '../../../data/row.ts';
import { trainFiles, type RunConfig, type SelfDistill } from '../../../protocol/runConfig.ts';
import type { RowGroup } from '../training/batches.ts';
import { createLanguageModel, type LanguageModel } from '../training/languageModel.ts';
import { crossEntropyLoss, distillationLoss, type Distillation, type Loss } from '../training/losses.ts';
import { learningRateAt } from '../training/schedule.ts';
import { train } from '../training/train.ts';
import type { Moments } from '../training/optimizer.ts';
import { announce } from './announce.ts';
import { latestCheckpoint, readMoments, readTrainerState, type TrainerState } from './checkpoint.ts';
import { createProgress, warn, type RunContext } from './context.ts';
import { encodeRows, loadRows } from './dataFiles.ts';
import {
  announceTeacher,
  checkSnapshotLength,
  distillWarnings,
  removeTeacher,
  reopenSnapshot,
  snapshotRows,
  takeSnapshot,
  teacherFromStart,
} from './distil.ts';
import { prepareFacts } from './facts.ts';
import { planRun, type PhasePlan } from './plan.ts';
import { Steward } from './steward.ts';
import { prepareTrainable } from './trainable.ts';

/** One attempt, from loading to its last event: `finished` or `stopped`. Throws what it cannot mend. */
export async function runJob(context: RunContext): Promise<void> {
  const began = performance.now();
  const { config } = context.run;
  const arch = loadArchitecture(config.model_name_or_path);
  const tokenizer = loadTokenizer(config.model_name_or_path, arch.vocab_size);
  const model = createLanguageModel(arch, context.ops, loadBase(context, arch));
  const trainable = prepareTrainable(model, config);
  const data = loadTrainingData(context, tokenizer);

  const prepared = prepareFacts(
    model,
    tokenizer,
    config,
    data.rows,
    context.run.data,
    context.paths.probes,
    createProgress(context.log, 'probing'),
  );
  warn(context.log, [...prepared.warnings, ...distillWarnings(config.self_distill, data.encoded)]);
  const warmUpRows = snapshotRows(config, data.encoded, prepared.knownRows);
  const plan = planRun(config, data.encoded, data.groups, tokenizer.eosTokenId, warmUpRows);
  checkSnapshotLength(plan.snapshotSteps, plan.main.steps);
  const { facts } = prepared;
  const layers = tracedLayers(arch);
  const base = traceBase(model, facts, config, layers, tokenizer.eosTokenId);
  const making = { context, rows: data.encoded, padId: tokenizer.eosTokenId };
  const given = teacherFromStart(making, model);

  const resumed = restore(context, model);
  announce(context, {
    plan,
    rows: data.encoded,
    model,
    trainable: trainable.names,
    knowledge: prepared.trainKnowledge,
    resumedFrom: resumed.state.step,
  });
  const evalRows = loadEvalRows(context, tokenizer);
  const steward = new Steward({
    context,
    plan,
    model,
    tokenizer,
    facts,
    base,
    layers,
    evalRows,
    ...resumed,
    began,
  });
  if (given !== undefined) announceTeacher(context, 0, 0, given, model);
  if (resumed.state.step === 0) steward.evaluate('start', false);

  const run: PhaseRun = { context, model, trainable: trainable.names, steward, ...resumed };
  let outcome: 'finished' | 'stopped' = 'finished';
  let teacher = given;
  if (plan.snapshot !== undefined && warmUpRows !== undefined) {
    if (resumed.state.step <= plan.snapshotSteps) {
      outcome = await trainPhase(run, plan.snapshot, crossEntropyLoss, () => config.learning_rate);
      if (outcome === 'finished') {
        teacher = takeSnapshot(making, model);
        announceTeacher(context, plan.snapshotSteps, warmUpRows.length, teacher, model);
        steward.evaluate('snapshot', false);
        // A fresh optimizer: what the warm-up's moments remember is the way to the teacher, not the way from it.
        run.moments.clear();
      }
    } else teacher = reopenSnapshot(making, model);
  }
  if (outcome === 'finished') {
    const loss =
      teacher === undefined || config.self_distill === undefined
        ? crossEntropyLoss
        : distillationLoss({ ...lossSettings(config.self_distill), teacher });
    outcome = await trainPhase(run, plan.main, loss, (step) =>
      learningRateAt(step - 1, plan.main.steps, config),
    );
  }
  trainable.verify(model);
  steward.end(outcome, { frozen_parameters_unchanged: trainable.frozenNames.length });
  teacher?.dispose();
  if (outcome === 'finished') removeTeacher(context);
  model.dispose();
}

interface PhaseRun {
  readonly context: RunContext;
  readonly model: LanguageModel;
  readonly trainable: readonly string[];
  readonly steward: Steward;
  readonly moments: Map<string, Moments>;
  /** Where the attempt began. */
  readonly state: TrainerState;
}

/** Trains through what is left of one phase. */
function trainPhase(
  { context, model, trainable, steward, moments, state }: PhaseRun,
  phase: PhasePlan,
  loss: Loss,
  learningRateOf: (step: number) => number,
): Promise<'finished' | 'stopped'> {
  const { config } = context.run;
  return train({
    model,
    loss,
    trainable,
    optimizer: {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
    },
    moments,
    maxGradNorm: config.max_grad_norm,
    startStep: Math.max(0, state.step - phase.firstStep),
    totalSteps: phase.steps,
    batchesOf: (step) => phase.batchesOf(step),
    learningRateOf,
    afterStep: (report) => steward.afterStep({ ...report, step: report.step + phase.firstStep }),
  });
}

function lossSettings(distill: SelfDistill): Omit<Distillation, 'teacher'> {
  return { kdWeight: distill.kd_weight, temperature: distill.temperature, positions: distill.positions };
}

/** The base model's values: a folder's weights, or fresh ones. */
function loadBase(context: RunContext, arch: Architecture): ParameterValues {
  const { config } = context.run;
  return config.from_config
    ? initialParameters(arch, config.seed)
    : loadParameters(config.model_name_or_path, arch, createProgress(context.log, 'loading'));
}

interface TrainingData {
  readonly rows: readonly Row[];
  readonly encoded: readonly EncodedRow[];
  readonly groups: readonly RowGroup[];
}

function loadTrainingData(context: RunContext, tokenizer: ModelTokenizer): TrainingData {
  const { config, data } = context.run;
  const files = trainFiles(config);
  const progress = createProgress(context.log, 'tokenizing');
  const rows: Row[] = [];
  const encoded: EncodedRow[] = [];
  const groups: RowGroup[] = [];
  for (const [index, file] of files.entries()) {
    progress(index, files.length);
    const loaded = loadRows(file.path, data);
    const result = encodeRows(loaded.rows, tokenizer, config);
    warn(context.log, [...loaded.warnings, ...result.warnings]);
    groups.push({ start: encoded.length, count: result.encoded.length, weight: file.weight });
    encoded.push(...result.encoded);
    rows.push(...loaded.rows);
  }
  progress(files.length, files.length);
  return { rows, encoded, groups };
}

function loadEvalRows(context: RunContext, tokenizer: ModelTokenizer): readonly EncodedRow[] {
  const { config, data } = context.run;
  return config.eval_file === undefined
    ? []
    : encodeRows(loadRows(config.eval_file, data).rows, tokenizer, config).encoded;
}

/** Middle and last layer, counted from 1. */
function tracedLayers(arch: Architecture): number[] {
  return [...new Set([Math.max(1, Math.floor(arch.num_hidden_layers / 2)), arch.num_hidden_layers])];
}

/** The untouched model's state at the held prompts: what drift is measured from. */
function traceBase(
  model: LanguageModel,
  facts: readonly Fact[],
  config: RunConfig,
  layers: readonly number[],
  padId: number,
): readonly (Trace | undefined)[] {
  const wanted = tracedFacts(facts);
  const traced = facts.filter((_, index) => wanted.has(index));
  const { traces } = checkTeacherForced(model, traced, config.per_device_eval_batch_size, padId, {
    layers,
    facts: new Set(traced.keys()),
  });
  const byId = new Map(traced.map((fact, index) => [fact.id, traces[index]]));
  return facts.map((fact, index) => (wanted.has(index) ? byId.get(fact.id) : undefined));
}

/** Weights, moments and memory of the last checkpoint; of a fresh run, the beginning. */
function restore(
  context: RunContext,
  model: LanguageModel,
): { moments: Map<string, Moments>; state: TrainerState } {
  const checkpoint = latestCheckpoint(context.paths.checkpoints);
  if (checkpoint === undefined)
    return { moments: new Map(), state: { step: 0, tokensSeen: 0, best: undefined, memory: NO_MEMORY } };
  for (const [name, values] of loadParameters(checkpoint, model.arch)) model.write(name, values);
  const moments = readMoments(checkpoint);
  for (const [name, { first, second }] of moments) {
    const length = model.parameters.get(name)?.size;
    if (first.length !== length || second.length !== length) {
      throw new Failure(
        'checkpoint.optimizer',
        `${checkpoint} holds optimizer moments of ${name} that do not fit the model: remove that checkpoint folder, then resume from an earlier one.`,
      );
    }
  }
  return { moments, state: readTrainerState(checkpoint) };
}
