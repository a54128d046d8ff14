import { join } from 'node:path';
import type { EncodedRow } from '../../../data/encode.ts';
import type { RunConfig } from '../../../protocol/runConfig.ts';
import { checkpointName } from '../../../folder/layout.ts';
import { evaluate } from '../evaluation/evaluator.ts';
import type { Fact } from '../evaluation/fact.ts';
import type { Trace } from '../evaluation/teacherForced.ts';
import type { ModelTokenizer } from '../files/tokenizer.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import type { Moments } from '../training/optimizer.ts';
import type { StepReport } from '../training/train.ts';
import { pruneCheckpoints, saveCheckpoint, type TrainerState } from './checkpoint.ts';
import type { ReceivedCommand } from './commandBox.ts';
import { createProgress, type RunContext } from './context.ts';
import { diskFailure } from './eventLog.ts';
import { evaluatedBody, measureEvalLoss, qualityOf, writeProbeFile, type EvaluatedBody } from './measure.ts';
import type { RunPlan } from './plan.ts';
import { createStepReporter, type StepReporter } from './stepReporter.ts';

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

const POLL_WHILE_PAUSED_MS = 100;

/** What goes on between steps: reporting, evaluating, saving, obeying; and the attempt's last words. */
export class Steward {
  private readonly parts: StewardParts;
  private readonly report: StepReporter;
  private state: TrainerState;
  private stopReason: string | undefined;
  private isPaused = false;
  private warnedForgetting = false;
  private lastEvaluation: EvaluatedBody | undefined;
  private bestEvaluation: EvaluatedBody | undefined;

  constructor(parts: StewardParts) {
    this.parts = parts;
    this.state = parts.state;
    this.report = createStepReporter(parts.context.log, parts.plan, parts.context.run.config);
  }

  async afterStep(report: StepReport): Promise<'go on' | 'stop'> {
    const { plan, context } = this.parts;
    const { step } = report;
    this.state = { ...this.state, step, tokensSeen: this.state.tokensSeen + report.tokens };
    this.report(report, this.state.tokensSeen);
    if (step < plan.totalSteps && step !== plan.snapshotSteps) {
      const isBest = plan.evaluatesAt(step) && this.evaluate('schedule', false);
      if (plan.savesAt(step) || (isBest && context.run.config.save_strategy === 'best')) this.save(isBest);
    }
    await this.obey();
    return this.stopReason === undefined || step === plan.totalSteps ? 'go on' : 'stop';
  }

  /** Measures the model as it is now. Returns whether it is the best so far within max_forgetting. */
  evaluate(trigger: string, decoded: boolean): boolean {
    const { context, model, tokenizer, plan, facts, base, layers, evalRows } = this.parts;
    const { config } = context.run;
    const { step } = this.state;
    const began = performance.now();
    const result = evaluate(model, tokenizer, facts, {
      step,
      decoded,
      batchSize: config.per_device_eval_batch_size,
      memory: this.state.memory,
      base,
      traceLayers: layers,
      onProgress: createProgress(context.log, 'evaluating'),
    });
    this.state = { ...this.state, memory: result.memory };
    const body = evaluatedBody(result, {
      step,
      epoch: plan.epochOf(step),
      trigger,
      decoded,
      evalLoss: measureEvalLoss(model, evalRows, config.per_device_eval_batch_size, tokenizer.eosTokenId),
      probeFile: writeProbeFile(context.paths.probes, step, decoded, result),
      seconds: (performance.now() - began) / 1_000,
    });
    context.log.write(body);
    this.lastEvaluation = body;
    return this.judge(body);
  }

  /** @param proof what the end of the run has shown, for the last event */
  end(outcome: 'finished' | 'stopped', proof: Readonly<Record<string, unknown>> = {}): void {
    const { context, began } = this.parts;
    if (outcome === 'stopped') {
      this.save(this.state.best?.step === this.state.step);
      context.log.write({ type: 'stopped', step: this.state.step, reason: this.stopReason ?? 'asked for' });
      return;
    }
    this.save(this.evaluate('end', true));
    context.log.write({
      type: 'finished',
      step: this.state.step,
      duration: (performance.now() - began) / 1_000,
      best_step: this.state.best?.step ?? null,
      summary: { last: this.lastEvaluation ?? null, best: this.bestEvaluation ?? null, ...proof },
    });
  }

  /** Holds an evaluation against max_forgetting and the best one so far. */
  private judge(body: EvaluatedBody): boolean {
    const limit = this.parts.context.run.config.probes.max_forgetting;
    if (typeof body.forgetting === 'number' && body.forgetting > limit) {
      this.exceeded(body.step, body.forgetting, limit);
      return false;
    }
    // Neither the untouched model nor the warmed-up one is a result.
    const metric = body.step <= this.parts.plan.snapshotSteps ? undefined : qualityOf(body);
    if (metric === undefined || (this.state.best !== undefined && metric <= this.state.best.metric))
      return false;
    this.state = { ...this.state, best: { step: body.step, metric } };
    this.bestEvaluation = body;
    return true;
  }

  private exceeded(step: number, forgetting: number, limit: number): void {
    const { log, run } = this.parts.context;
    if (!this.warnedForgetting) {
      const message = `Forgetting reached ${percent(forgetting)} at step ${step}, above max_forgetting ${percent(limit)}: ${cureFor(run.config)}, lower learning_rate or num_train_epochs, or use the best checkpoint.`;
      log.write({ type: 'warned', code: 'forgetting.exceeded', message });
      this.warnedForgetting = true;
    }
    if (run.config.probes.on_exceeded === 'stop')
      this.stopReason ??= `forgetting ${percent(forgetting)} is above max_forgetting ${percent(limit)}`;
  }

  private save(isBest: boolean): void {
    const { context, model, moments } = this.parts;
    const { checkpoints } = context.paths;
    createProgress(context.log, 'saving')(0, 1);
    try {
      const { name, bytes } = saveCheckpoint(
        checkpoints,
        context.run.config.model_name_or_path,
        model,
        moments,
        this.state,
      );
      context.log.write({
        type: 'saved',
        step: this.state.step,
        path: `checkpoints/${name}`,
        bytes,
        best: isBest,
      });
      const keep = [this.state.step, ...(this.state.best === undefined ? [] : [this.state.best.step])];
      pruneCheckpoints(checkpoints, context.run.config.save_total_limit, new Set(keep));
    } catch (error) {
      throw diskFailure(error, join(checkpoints, checkpointName(this.state.step))) ?? error;
    }
  }

  /** Carries out what was asked meanwhile; while paused, waits here. */
  private async obey(): Promise<void> {
    const { commands, log, interrupted } = this.parts.context;
    do {
      if (interrupted()) this.stopReason ??= 'the engine was interrupted';
      const found = commands.poll();
      for (const { id, problem } of found.broken)
        log.write({ type: 'acknowledged', command: id, accepted: false, reason: problem });
      for (const command of found.commands) this.carryOut(command);
      // Also gives signals their turn.
      await new Promise((wake) => setTimeout(wake, this.isPaused ? POLL_WHILE_PAUSED_MS : 0));
    } while (this.isPaused && this.stopReason === undefined);
  }

  private carryOut({ id, command }: ReceivedCommand): void {
    const { log } = this.parts.context;
    const { step } = this.state;
    const reason = command.reason ?? 'asked for';
    log.write({ type: 'acknowledged', command: id, accepted: true, reason: null, name: command.command });
    switch (command.command) {
      case 'stop':
        this.stopReason ??= reason;
        break;
      case 'save':
        this.save(this.state.best?.step === step);
        break;
      case 'evaluate':
        this.evaluate('command', false);
        break;
      case 'pause':
        if (!this.isPaused) log.write({ type: 'paused', step, reason });
        this.isPaused = true;
        break;
      case 'continue':
        if (this.isPaused) log.write({ type: 'continued', step, reason });
        this.isPaused = false;
        break;
    }
  }
}

function cureFor({ self_distill: distill }: Pick<RunConfig, 'self_distill'>): string {
  return distill === undefined || distill.kd_weight === 0
    ? 'add self_distill'
    : `raise self_distill.kd_weight above ${distill.kd_weight}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
