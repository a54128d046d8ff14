import * as tf from '@tensorflow/tfjs-core';
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
import { parameterCount } from '../model/parameters.ts';
import type { EncodedRow } from '../../../data/encode.ts';
import { countedTokens } from '../../../data/encode.ts';
import type { Row } from '../../../data/row.ts';
import { trainFiles, type RunConfig } from '../../../protocol/runConfig.ts';
import type { RowGroup } from '../training/batches.ts';
import { createLanguageModel, type LanguageModel } from '../training/languageModel.ts';
import { crossEntropyLoss } from '../training/losses.ts';
import { learningRateAt } from '../training/schedule.ts';
import { train } from '../training/train.ts';
import type { Moments } from '../training/optimizer.ts';
import { latestCheckpoint, readMoments, readTrainerState, type TrainerState } from './checkpoint.ts';
import { createProgress, warn, type RunContext } from './context.ts';
import { encodeRows, loadRows } from './dataFiles.ts';
import { prepareFacts } from './facts.ts';
import { planRun, type RunPlan } from './plan.ts';
import { Steward } from './steward.ts';

/** One attempt, from loading to its last event: `finished` or `stopped`. Throws what it cannot mend. */
export async function runJob(context: RunContext): Promise<void> {
  const began = performance.now();
  const { config } = context.run;
  const arch = loadArchitecture(config.model_name_or_path);
  const tokenizer = loadTokenizer(config.model_name_or_path, arch.vocab_size);
  const model = createLanguageModel(arch, context.ops, loadBase(context, arch));
  const data = loadTrainingData(context, tokenizer);
  const plan = planRun(config, data.encoded, data.groups, tokenizer.eosTokenId);

  const prepared = prepareFacts(
    model,
    tokenizer,
    config,
    data.rows,
    context.run.data,
    context.paths.probes,
    createProgress(context.log, 'probing'),
  );
  warn(context.log, prepared.warnings);
  const { facts } = prepared;
  const layers = tracedLayers(arch);
  const base = traceBase(model, facts, config, layers, tokenizer.eosTokenId);

  const resumed = restore(context, model);
  announce(context, plan, data.encoded, model, prepared.trainKnowledge, resumed.state.step);
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

  if (resumed.state.step === 0) steward.evaluate('start', false);
  const outcome = await train({
    model,
    loss: crossEntropyLoss,
    trainable: model.specs.map(({ name }) => name),
    optimizer: {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
    },
    moments: resumed.moments,
    maxGradNorm: config.max_grad_norm,
    startStep: resumed.state.step,
    totalSteps: plan.totalSteps,
    batchesOf: (step) => plan.batchesOf(step),
    learningRateOf: (step) => learningRateAt(step - 1, plan.totalSteps, config),
    afterStep: (report) => steward.afterStep(report),
  });
  steward.end(outcome);
  model.dispose();
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

function announce(
  context: RunContext,
  plan: RunPlan,
  encoded: readonly EncodedRow[],
  model: LanguageModel,
  knowledge: Readonly<Record<string, number>>,
  resumedFrom: number,
): void {
  const { config } = context.run;
  const firstEpoch = Array.from({ length: plan.stepsPerEpoch }, (_, index) => plan.batchesOf(index + 1)).map(
    (micro) => micro.map(({ rows, time, tokens }) => ({ cells: rows * time, tokens })),
  );
  const cells = firstEpoch.flat().reduce((sum, batch) => sum + batch.cells, 0);
  const tokens = firstEpoch.flat().reduce((sum, batch) => sum + batch.tokens, 0);
  const parameters = parameterCount(model.specs);
  context.log.write({
    type: 'started',
    total_steps: plan.totalSteps,
    steps_per_epoch: plan.stepsPerEpoch,
    snapshot_steps: 0,
    num_rows: encoded.length,
    num_train_tokens: encoded.reduce((sum, row) => sum + row.input_ids.length, 0),
    effective_batch_size: config.per_device_train_batch_size * config.gradient_accumulation_steps,
    gradient_accumulation_steps: config.gradient_accumulation_steps,
    num_parameters: parameters,
    num_trainable_parameters: parameters,
    resumed_from_step: resumedFrom,
    num_completion_tokens: encoded.reduce((sum, row) => sum + countedTokens(row), 0),
    padding_share: cells === 0 ? 0 : 1 - tokens / cells,
    train_knowledge: { ...knowledge },
    num_tensors: tf.memory().numTensors,
  });
}
