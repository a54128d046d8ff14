import { forwardOnly, ligerWeight } from './distilling.ts';
import { ANSWERS } from './phrases.ts';
import { answered, type Trainer } from './trainer.ts';

const WEIGHT =
  'write `self_distill.kd_weight`, which is `weight_soft_loss` / (`weight_hard_loss` * `temperature`²)';

/** Liger-Kernel: parameters of its distillation losses, which people copy into configs. */
export const liger: Trainer = {
  name: 'Liger',
  keys: [
    {
      key: 'weight_soft_loss',
      ours: 'self_distill.kd_weight',
      convert: ligerWeight,
      advice: WEIGHT,
      note: 'where the divergence is multiplied by the square of the temperature',
    },
    { key: 'weight_hard_loss', partOf: 'weight_soft_loss', advice: WEIGHT },
    { key: 'temperature', ours: 'self_distill.temperature' },
    {
      key: 'beta',
      convert: forwardOnly,
      advice: 'delete it, the divergence is KL(teacher || model), which is `beta: 0`',
    },
    {
      key: 'compute_ce_loss',
      convert: (value) => (value === true ? null : undefined),
      advice: 'delete it, the labels always count',
    },
    ...answered(ANSWERS.always, 'ignore_index compiled chunk_size return_soft_hard_loss'),
  ],
  defaults: (config) => (config.weight_soft_loss === undefined ? {} : { temperature: 1 }),
};
