import type { KnownRun } from '../launch/runWatch.ts';
import { methodLabel } from '../protocol/methodLabel.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { runView } from '../runs/runView.ts';

/** The first steps are slow: fewer than these tell nothing. */
const LEAST_STEPS = 6;

/**
 * Seconds that a run of `config` would train, evaluations not counted, from the newest run of the same length, batch and method on the
 * same model and rows; undefined where there was none.
 */
export function secondsFromEarlier(runs: readonly KnownRun[], config: RunConfig): number | undefined {
  const wanted = likenessOf(config);
  for (const run of runs) {
    if (run.file === undefined || run.state.steps.length < LEAST_STEPS) continue;
    if (likenessOf(run.file.config) !== wanted) continue;
    const { secondsPerStep, totalSteps } = runView(run);
    if (secondsPerStep !== undefined && totalSteps !== undefined) return secondsPerStep * totalSteps;
  }
  return undefined;
}

/** The same for runs that take equally long, as far as their settings tell. */
function likenessOf(config: RunConfig): string {
  return JSON.stringify([
    config.model_name_or_path,
    config.train_file,
    config.num_train_epochs,
    config.max_steps,
    config.per_device_train_batch_size,
    config.gradient_accumulation_steps,
    config.max_length,
    config.lora,
    methodLabel(config),
  ]);
}
