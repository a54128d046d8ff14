import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../../../protocol/runConfig.ts';
import { Failure } from '../failure.ts';
import type { StepReport } from '../training/train.ts';
import type { EventLog } from './eventLog.ts';
import type { RunPlan } from './plan.ts';

/** Says what steps did: one `stepped` event per `logging_steps`; its losses are means over their tokens. */
export type StepReporter = (report: StepReport, tokensSeen: number) => void;

/** @throws (the reporter) Failure when loss or gradient are not finite; the event that shows it is written first */
export function createStepReporter(log: EventLog, plan: RunPlan, config: RunConfig): StepReporter {
  let sums = NOTHING;
  return (report, tokensSeen) => {
    sums = add(sums, report);
    const isFinite = Number.isFinite(report.loss) && Number.isFinite(report.gradNorm);
    const { step } = report;
    const isDue =
      step % config.logging_steps === 0 || step === plan.totalSteps || step === plan.snapshotSteps;
    if (isFinite && !isDue) return;
    const ceLoss = sums.ce / Math.max(1, sums.ceTokens);
    const kdLoss = sums.kd / Math.max(1, sums.kdTokens);
    log.write({
      type: 'stepped',
      step,
      epoch: plan.epochOf(step),
      phase: step <= plan.snapshotSteps ? 'snapshot' : 'main',
      loss: ceLoss + report.kdFactor * kdLoss,
      ce_loss: ceLoss,
      kd_loss: kdLoss,
      penalties: {},
      num_ce_tokens: report.ceTokens,
      num_kd_tokens: report.kdTokens,
      learning_rate: report.learningRate,
      grad_norm: report.gradNorm,
      num_input_tokens_seen: tokensSeen,
      tokens_per_second: sums.tokens / Math.max(1e-9, sums.seconds),
      memory_bytes: process.memoryUsage.rss(),
      num_tensors: tf.memory().numTensors,
    });
    sums = NOTHING;
    if (!isFinite) throw notFinite(report, config);
  };
}

/** Since the last line. */
interface Sums {
  readonly ce: number;
  readonly ceTokens: number;
  readonly kd: number;
  readonly kdTokens: number;
  readonly tokens: number;
  readonly seconds: number;
}

const NOTHING: Sums = { ce: 0, ceTokens: 0, kd: 0, kdTokens: 0, tokens: 0, seconds: 0 };

function add(sums: Sums, report: StepReport): Sums {
  return {
    ce: sums.ce + report.ceLoss * report.ceTokens,
    ceTokens: sums.ceTokens + report.ceTokens,
    kd: sums.kd + report.kdLoss * report.kdTokens,
    kdTokens: sums.kdTokens + report.kdTokens,
    tokens: sums.tokens + report.tokens,
    seconds: sums.seconds + report.seconds,
  };
}

function notFinite(report: StepReport, config: RunConfig): Failure {
  return new Failure(
    'loss.not-finite',
    `The loss became ${report.loss} (gradient norm ${report.gradNorm}) at step ${report.step} with learning_rate ${config.learning_rate}: start a new run with a lower learning_rate; the last checkpoint is kept.`,
  );
}
