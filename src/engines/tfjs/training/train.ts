import type { LanguageModel } from './languageModel.ts';
import type { Loss } from './losses.ts';
import type { MicroBatch } from './batches.ts';
import { stepGradients, type StepGradients } from './gradients.ts';
import {
  adamwStep,
  clipScale,
  globalNorm,
  zeroMoments,
  type AdamWSettings,
  type Moments,
} from './optimizer.ts';

/** What one optimizer step did. */
export interface StepReport extends Omit<StepGradients, 'gradients'> {
  /** Counts from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly seconds: number;
}

export interface Training {
  readonly model: LanguageModel;
  readonly loss: Loss;
  /** Names of the parameters that move. */
  readonly trainable: readonly string[];
  readonly optimizer: AdamWSettings;
  /** By parameter name; filled with zeros where a name is missing, and kept up to date. */
  readonly moments: Map<string, Moments>;
  readonly maxGradNorm: number;
  /** Steps done before this call: 0, or where a resumed run goes on. */
  readonly startStep: number;
  readonly totalSteps: number;
  /** The micro-batches of a step, counted from 1: a function of the step alone. */
  batchesOf(step: number): readonly MicroBatch[];
  /** Learning rate of a step, counted from 1. */
  learningRateOf(step: number): number;
  /** Reports, evaluates, saves, obeys; 'stop' ends training after this step. */
  afterStep(report: StepReport): Promise<'go on' | 'stop'>;
}

/** The training loop. Loss and batching are arguments, and everything to tell leaves through `afterStep`. */
export async function train(training: Training): Promise<'finished' | 'stopped'> {
  const { model, trainable, moments } = training;

  for (let step = training.startStep + 1; step <= training.totalSteps; step++) {
    const began = performance.now();
    const learningRate = training.learningRateOf(step);

    const { gradients, ...told } = stepGradients(model, training.batchesOf(step), training.loss, trainable);
    const gradNorm = globalNorm(gradients.values());

    if (Number.isFinite(told.loss) && Number.isFinite(gradNorm)) {
      const scale = clipScale(gradNorm, training.maxGradNorm);
      applyGradients(model, gradients, moments, training.optimizer, { step, learningRate, scale });
    }

    const seconds = (performance.now() - began) / 1_000;
    const next = await training.afterStep({ ...told, step, learningRate, gradNorm, seconds });
    if (next === 'stop') return 'stopped';
  }
  return 'finished';
}

/** How far one optimizer step goes; `step` counts from 1, `scale` multiplies every gradient. */
export interface StepSize {
  readonly step: number;
  readonly learningRate: number;
  readonly scale: number;
}

/** One AdamW step on every parameter that has a gradient; moments start at zero. */
export function applyGradients(
  model: LanguageModel,
  gradients: ReadonlyMap<string, Float32Array>,
  moments: Map<string, Moments>,
  settings: AdamWSettings,
  { step, learningRate, scale }: StepSize,
): void {
  for (const [name, gradient] of gradients) {
    const values = model.read(name);
    const state = moments.get(name) ?? zeroMoments(values.length);
    moments.set(name, state);
    adamwStep(values, gradient, state, decayFor(name, settings), learningRate, step, scale);
    model.write(name, values);
  }
}

/** Hugging Face's Trainer decays neither biases nor norms. */
function decayFor(name: string, settings: AdamWSettings): AdamWSettings {
  return name.endsWith('.bias') || name.includes('norm') ? { ...settings, weightDecay: 0 } : settings;
}
