import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../../../protocol/runConfig.ts';
import { Failure } from '../failure.ts';
import type { StepReport } from '../training/train.ts';
import type { EventLog } from './eventLog.ts';
import type { RunPlan } from './plan.ts';

/** Says what steps did: one `stepped` event per `logging_steps`, its loss the mean over their tokens. */
export type StepReporter = (report: StepReport, tokensSeen: number) => void;

/** @throws (the reporter) Failure when loss or gradient are not finite; the event that shows it is written first */
export function createStepReporter(log: EventLog, plan: RunPlan, config: RunConfig): StepReporter {
  let sums = { loss: 0, ceTokens: 0, tokens: 0, seconds: 0 };
  return (report, tokensSeen) => {
    sums = {
      loss: sums.loss + report.loss * report.ceTokens,
      ceTokens: sums.ceTokens + report.ceTokens,
      tokens: sums.tokens + report.tokens,
      seconds: sums.seconds + report.seconds,
    };
    const isFinite = Number.isFinite(report.loss) && Number.isFinite(report.gradNorm);
    const isDue = report.step % config.logging_steps === 0 || report.step === plan.totalSteps;
    if (isFinite && !isDue) return;
    const loss = sums.loss / Math.max(1, sums.ceTokens);
    log.write({
      type: 'stepped',
      step: report.step,
      epoch: plan.epochOf(report.step),
      phase: 'main',
      loss,
      ce_loss: loss,
      kd_loss: 0,
      penalties: {},
      num_ce_tokens: report.ceTokens,
      num_kd_tokens: 0,
      learning_rate: report.learningRate,
      grad_norm: report.gradNorm,
      num_input_tokens_seen: tokensSeen,
      tokens_per_second: sums.tokens / Math.max(1e-9, sums.seconds),
      memory_bytes: process.memoryUsage.rss(),
      num_tensors: tf.memory().numTensors,
    });
    sums = { loss: 0, ceTokens: 0, tokens: 0, seconds: 0 };
    if (!isFinite) throw notFinite(report, config);
  };
}

function notFinite(report: StepReport, config: RunConfig): Failure {
  return new Failure(
    'loss.not-finite',
    `The loss became ${report.loss} (gradient norm ${report.gradNorm}) at step ${report.step} with learning_rate ${config.learning_rate}: start a new run with a lower learning_rate; the last checkpoint is kept.`,
  );
}
