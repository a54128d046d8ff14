import type { RunConfig } from '../protocol/runConfig.ts';
import type { About } from './about.ts';
import { typicalBatches } from './estimate/batch.ts';
import { passFlops } from './estimate/flops.ts';
import { movingNames } from './estimate/index.ts';
import { derive } from './estimate/question.ts';
import { isQuickToMatch } from './freezePatterns.ts';

/**
 * How many times the operations of plain fine-tuning a step of self-distillation takes at least: the student's head at every
 * distilled position, and the teacher's on what it said (DESIGN 8). undefined where nothing is distilled, or not all is known.
 */
export function teacherFactor(
  about: Pick<About, 'config' | 'shape' | 'tokens' | 'engine' | 'place'>,
): number | undefined {
  const [config, shape, tokens, engine, place] = [
    about.config(),
    about.shape(),
    about.tokens(),
    about.engine(),
    about.place(),
  ];
  if (config?.self_distill === undefined || config.self_distill.kd_weight === 0 || !isQuickToMatch(config))
    return undefined;
  if (shape === undefined || tokens === undefined || engine === undefined || place === undefined)
    return undefined;
  const plain: RunConfig = { ...config, self_distill: undefined };
  const asked = { shape, tokens, device: place.kind, trainable: movingNames(shape, config) };
  const batches = typicalBatches(tokens, config.per_device_train_batch_size, config);
  const flopsOf = (settings: RunConfig): number => {
    const run = derive({ ...asked, config: settings });
    return batches.reduce((sum, batch) => sum + passFlops(run, batch, engine), 0);
  };
  const without = flopsOf(plain);
  return without > 0 ? flopsOf(config) / without : undefined;
}
