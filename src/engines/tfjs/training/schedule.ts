import { assertNever } from '../../../base/assertNever.ts';
import type { RunConfig } from '../../../protocol/runConfig.ts';

/** Hugging Face's convention for warmup_steps, eval_steps and save_steps: below 1 it is a share of all steps. */
export function stepsOrShare(value: number, totalSteps: number): number {
  return value < 1 ? Math.ceil(value * totalSteps) : Math.round(value);
}

/**
 * Learning rate of optimizer step `step` (0-based), as transformers' get_scheduler: linear warm-up from 0, then the shape.
 */
export function learningRateAt(
  step: number,
  totalSteps: number,
  config: Pick<RunConfig, 'learning_rate' | 'lr_scheduler_type' | 'warmup_steps'>,
): number {
  const type = config.lr_scheduler_type;
  const warmup = type === 'constant' ? 0 : stepsOrShare(config.warmup_steps, totalSteps);
  if (step < warmup) return (config.learning_rate * step) / Math.max(1, warmup);
  const progress = (step - warmup) / Math.max(1, totalSteps - warmup);
  switch (type) {
    case 'constant':
    case 'constant_with_warmup':
      return config.learning_rate;
    case 'linear':
      return config.learning_rate * Math.max(0, 1 - progress);
    case 'cosine':
      return config.learning_rate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
    default:
      return assertNever(type);
  }
}
