import * as tf from '@tensorflow/tfjs-core';
import type { EncodedRow } from '../../../data/encode.ts';
import { encodeJson } from '../../../protocol/numbers.ts';
import type { EvaluatedEvent } from '../../../protocol/events.ts';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import { checkpointName } from '../../../folder/layout.ts';
import { evaluate, type Evaluation } from '../evaluation/evaluator.ts';
import type { Fact } from '../evaluation/fact.ts';
import type { Trace } from '../evaluation/teacherForced.ts';
import { Failure } from '../failure.ts';
import type { ModelTokenizer } from '../files/tokenizer.ts';
import { chunks, padRows } from '../training/batches.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { crossEntropyLoss } from '../training/losses.ts';
import type { Moments } from '../training/optimizer.ts';
import type { StepReport } from '../training/train.ts';
import { pruneCheckpoints, saveCheckpoint, type TrainerState } from './checkpoint.ts';
import { createProgress, type RunContext } from './context.ts';
import { diskFailure } from './eventLog.ts';
import type { RunPlan } from './plan.ts';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';

export interface StewardParts {
  readonly context: RunContext;
  readonly plan: RunPlan;
  readonly model: LanguageModel;
  readonly tokenizer: ModelTokenizer;
  readonly facts: readonly Fact[];
  readonly base: readonly (Trace | undefined)[];
  readonly layers: readonly number[];
  readonly evalRows: readonly EncodedRow[];
  readonly moments: ReadonlyMap<string, Moments>;
  readonly state: TrainerState;
  /** performance.now() when this attempt began. */
  readonly began: number;
}

/** What goes on between steps: reporting, evaluating, saving, obeying. */
export interface Steward {
  afterStep(report: StepReport): Promise<'go on' | 'stop'>;
  evaluate(step: number, trigger: string, decoded: boolean): void;
  /** The attempt's last words. */
  end(outcome: 'finished' | 'stopped'): void;
}

const POLL_WHILE_PAUSED_MS = 100;

export function createSteward(parts: StewardParts): Steward {
  const { context, plan, model } = parts;
  const { config } = context.run;
  const { log } = context;
  let state = parts.state;
  let stopReason: string | undefined;
  let lastEvaluation: EvaluatedEvent | undefined;
  let bestEvaluation: EvaluatedEvent | undefined;
  let warnedForgetting = false;
  const interval = { loss: 0, ceTokens: 0, tokens: 0, seconds: 0 };

  const report = (step: StepReport): void => {
    state = { ...state, step: step.step, tokensSeen: state.tokensSeen + step.tokens };
    interval.loss += step.loss * step.ceTokens;
    interval.ceTokens += step.ceTokens;
    interval.tokens += step.tokens;
    interval.seconds += step.seconds;
    const finite = Number.isFinite(step.loss) && Number.isFinite(step.gradNorm);
    if (finite && step.step % config.logging_steps !== 0 && step.step !== plan.totalSteps) return;
    const loss = interval.loss / Math.max(1, interval.ceTokens);
    log.write({
      type: 'stepped',
      step: step.step,
      epoch: plan.epochOf(step.step),
      phase: 'main',
      loss,
      ce_loss: loss,
      kd_loss: 0,
      penalties: {},
      num_ce_tokens: step.ceTokens,
      num_kd_tokens: 0,
      learning_rate: step.learningRate,
      grad_norm: step.gradNorm,
      num_input_tokens_seen: state.tokensSeen,
      tokens_per_second: interval.tokens / Math.max(1e-9, interval.seconds),
      memory_bytes: process.memoryUsage.rss(),
      num_tensors: tf.memory().numTensors,
    });
    Object.assign(interval, { loss: 0, ceTokens: 0, tokens: 0, seconds: 0 });
    if (!finite) {
      throw new Failure(
        'loss.not-finite',
        `The loss became ${step.loss} (gradient norm ${step.gradNorm}) at step ${step.step} with learning_rate ${config.learning_rate}: lower learning_rate or max_grad_norm, or resume from the last checkpoint.`,
      );
    }
  };

  const save = (best: boolean): void => {
    createProgress(log, 'saving')(0, 1);
    const path = join(context.paths.checkpoints, checkpointName(state.step));
    try {
      const { name, bytes } = saveCheckpoint(context.paths.checkpoints, config.model_name_or_path, model, parts.moments, state);
      log.write({ type: 'saved', step: state.step, path: `checkpoints/${name}`, bytes, best });
      pruneCheckpoints(context.paths.checkpoints, config.save_total_limit, new Set([state.step, ...(state.best === undefined ? [] : [state.best.step])]));
    } catch (error) {
      throw diskFailure(error, path) ?? error;
    }
  };

  const runEvaluation = (step: number, trigger: string, decoded: boolean): boolean => {
    const began = performance.now();
    const result = evaluate(model, parts.tokenizer, parts.facts, {
      step,
      decoded,
      batchSize: config.per_device_eval_batch_size,
      memory: state.memory,
      base: parts.base,
      traceLayers: parts.layers,
      onProgress: createProgress(log, 'evaluating'),
    });
    const evalLoss = measureEvalLoss(model, parts.evalRows, config.per_device_eval_batch_size, parts.tokenizer.eosTokenId);
    const probeFile = writeProbeFile(context.paths.probes, step, decoded, result);
    state = { ...state, memory: result.memory };
    const event = {
      type: 'evaluated' as const,
      step,
      epoch: plan.epochOf(step),
      trigger,
      decoded,
      held: result.held,
      known: result.known,
      new: result.new,
      probes: result.probes,
      forgetting: result.forgetting ?? null,
      reference_step: result.forgetting === undefined ? null : (result.memory.referenceStep ?? null),
      eval_loss: evalLoss ?? null,
      drift: result.drift.layers,
      kl_to_base: result.drift.klToBase ?? null,
      probe_file: probeFile,
      duration: (performance.now() - began) / 1_000,
      ...(result.stringDifferences === undefined ? {} : { string_differences: result.stringDifferences }),
    };
    log.write(event);
    lastEvaluation = event as unknown as EvaluatedEvent;
    const exceeded = result.forgetting !== undefined && result.forgetting > config.probes.max_forgetting;
    if (exceeded) onExceeded(step, result.forgetting);
    const metric = exceeded || step === 0 ? undefined : qualityOf(event);
    if (metric === undefined || (state.best !== undefined && metric <= state.best.metric)) return false;
    state = { ...state, best: { step, metric } };
    bestEvaluation = lastEvaluation;
    return true;
  };

  const onExceeded = (step: number, forgetting: number): void => {
    if (!warnedForgetting) {
      const message = `Forgetting reached ${percent(forgetting)} at step ${step}, above max_forgetting ${percent(config.probes.max_forgetting)}: lower learning_rate or num_train_epochs, or use the best checkpoint.`;
      log.write({ type: 'warned', code: 'forgetting.exceeded', message });
      warnedForgetting = true;
    }
    if (config.probes.on_exceeded === 'stop') stopReason ??= `forgetting ${percent(forgetting)} is above max_forgetting`;
  };

  const obey = async (): Promise<void> => {
    let paused = false;
    do {
      if (context.interrupted()) stopReason ??= 'the engine was interrupted';
      const { commands, broken } = context.commands.poll();
      for (const { id, problem } of broken) log.write({ type: 'acknowledged', command: id, accepted: false, reason: problem });
      for (const { id, command } of commands) {
        log.write({ type: 'acknowledged', command: id, accepted: true, reason: null, name: command.command });
        const reason = command.reason ?? 'asked for';
        if (command.command === 'stop') stopReason ??= reason;
        if (command.command === 'save') save(false);
        if (command.command === 'evaluate') runEvaluation(state.step, 'command', false);
        if (command.command === 'pause' && !paused) {
          paused = true;
          log.write({ type: 'paused', step: state.step, reason });
        }
        if (command.command === 'continue' && paused) {
          paused = false;
          log.write({ type: 'continued', step: state.step, reason });
        }
      }
      // Also gives signals and the heartbeat their turn.
      await new Promise((resolve) => setTimeout(resolve, paused ? POLL_WHILE_PAUSED_MS : 0));
    } while (paused && stopReason === undefined);
  };

  return {
    evaluate: (step, trigger, decoded) => void runEvaluation(step, trigger, decoded),
    afterStep: async (step) => {
      report(step);
      const last = step.step === plan.totalSteps;
      const improved = !last && plan.evaluatesAt(step.step) && runEvaluation(step.step, 'schedule', false);
      const saveBest = improved && config.save_strategy === 'best';
      if (!last && (saveBest || plan.savesAt(step.step))) save(improved);
      await obey();
      return stopReason === undefined || last ? 'go on' : 'stop';
    },
    end: (outcome) => {
      if (outcome === 'stopped') {
        save(state.best?.step === state.step);
        log.write({ type: 'stopped', step: state.step, reason: stopReason ?? 'asked for' });
        return;
      }
      const improved = runEvaluation(state.step, 'end', true);
      save(improved);
      log.write({
        type: 'finished',
        step: state.step,
        duration: (performance.now() - parts.began) / 1_000,
        best_step: state.best?.step ?? null,
        summary: { last: lastEvaluation ?? null, best: bestEvaluation ?? null },
      });
    },
  };
}

/** DESIGN 6, best: highest new EM; without new rows the lowest eval_loss, else the highest known EM. Higher is better. */
function qualityOf(event: Pick<EvaluatedEvent, 'new' | 'known' | 'eval_loss'>): number | undefined {
  if (event.new !== null) return event.new.correct / event.new.total;
  if (event.eval_loss !== null) return -event.eval_loss;
  return event.known === null ? undefined : event.known.correct / event.known.total;
}

/** Mean nats per counted token of eval_file; undefined without rows. */
function measureEvalLoss(model: LanguageModel, rows: readonly EncodedRow[], batchSize: number, padId: number): number | undefined {
  if (rows.length === 0) return undefined;
  let sum = 0;
  let tokens = 0;
  const sorted = [...rows].sort((a, b) => a.input_ids.length - b.input_ids.length);
  for (const group of chunks(sorted, batchSize)) {
    const batch = padRows(group, padId);
    sum += tf.tidy(() => crossEntropyLoss(model, model.parameters, batch, { ceTokens: batch.ceTokens }).ceSum.dataSync()[0] ?? 0);
    tokens += batch.ceTokens;
  }
  return sum / Math.max(1, tokens);
}

/** probes/step-00000120.json; the decoded evaluation at the end has a name of its own. */
function writeProbeFile(folder: string, step: number, decoded: boolean, result: Evaluation): string | null {
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
