import { isBlock, type Block } from '../path.ts';
import { isNumber, numberBeside, tidy, type Convert } from './convert.ts';

/**
 * Distillation losses of other trainers as ours, CE + kd_weight * T^2 * KL(teacher || student), the total divided by what stands
 * before the cross-entropy. That factor changes nothing that AdamW does but the point where gradients are clipped.
 */

/** r of (1 - r) CE + r KD, where KD has T^2 or T is 1 (torchtune, NeMo Automodel: kd_loss.py). */
export const ratioToWeight: Convert = (ratio) =>
  isNumber(ratio) && ratio >= 0 && ratio < 1 ? tidy(ratio / (1 - ratio)) : undefined;

/** kd_alpha T^2 KL + kd_ce_alpha CE (Axolotl, integrations/kd/kernels/liger.py); without kd_ce_alpha there is no cross-entropy. */
export const axolotlWeight: Convert = (alpha, siblings) =>
  weightRatio(alpha, numberBeside(siblings, 'kd_ce_alpha', 0));

/** soft KL + hard CE at temperature T, without T^2 (Liger, chunked_loss/fused_linear_distillation.py). */
export const ligerWeight: Convert = (soft, siblings) => {
  const hard = numberBeside(siblings, 'weight_hard_loss', 0.5);
  const temperature = numberBeside(siblings, 'temperature', 1);
  return hard === undefined || temperature === undefined
    ? undefined
    : weightRatio(soft, hard * temperature ** 2);
};

/** Whether KL is taken forward, KL(teacher || student), as here; anything else has no counterpart. */
export const forwardOnly: Convert = (beta) => (beta === 0 ? null : undefined);

/** Where the labels' mask serves the teacher as well, as in all of these trainers. */
export function maskedLikeLabels(onPrompts: boolean): 'all' | 'completion' {
  return onPrompts ? 'all' : 'completion';
}

/** A teacher by its name, asked where the labels count. */
export const teacherOfLabels: Convert = (teacher) =>
  typeof teacher === 'string' ? { teacher, positions: 'completion' } : undefined;

/** The same where the divergence knows no temperature (GKD). */
export const teacherAtOne: Convert = (teacher) =>
  typeof teacher === 'string' ? { teacher, temperature: 1, positions: 'completion' } : undefined;

/**
 * A list of {function, weight, temperature}, T^2 included, the total divided by the sum of the weights (DistillKit, trainer.py). One
 * `cross_entropy` and at most one `kl` have a counterpart.
 */
export const distillKitLosses: Convert = (losses) => {
  if (!Array.isArray(losses)) return undefined;
  const [labels, ...otherLabels] = lossesCalled(losses, 'cross_entropy');
  const [teacher, ...otherTeachers] = lossesCalled(losses, 'kl');
  const known = (labels === undefined ? 0 : 1) + (teacher === undefined ? 0 : 1);
  if (known < losses.length || otherLabels.length + otherTeachers.length > 0) return undefined;
  if (teacher === undefined) return null;
  const weight = weightRatio(teacher.weight, labels?.weight);
  const temperature = numberBeside(teacher, 'temperature', 1);
  return weight === undefined || temperature === undefined ? undefined : { kd_weight: weight, temperature };
};

/** asft_alpha KL(reference || model) at T = 1, beside the labels (LLaMA-Factory, train/trainer_utils.py). */
export const asft: Convert = (isOn, siblings) => {
  if (isOn !== true) return isOn === false ? null : undefined;
  const teacher = Object.hasOwn(siblings, 'ref_model') ? (siblings.ref_model ?? 'base') : 'base';
  return {
    kd_weight: numberBeside(siblings, 'asft_alpha', 0.1),
    temperature: 1,
    teacher,
    positions: maskedLikeLabels(siblings.train_on_prompt === true),
  };
};

function lossesCalled(losses: readonly unknown[], name: string): Block[] {
  return losses.filter(isBlock).filter((loss) => loss.function === name);
}

function weightRatio(teacher: unknown, labels: unknown): number | undefined {
  return isNumber(teacher) && isNumber(labels) && labels > 0 && teacher >= 0
    ? tidy(teacher / labels)
    : undefined;
}
