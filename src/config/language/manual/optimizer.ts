import type { Manual } from './entry.ts';

export const OPTIMIZER: Manual = {
  optim: {
    more: 'Frozen parameters have no state in either, and are never decayed.',
    values: [
      { value: 'adamw', means: 'two numbers of 32 bits per trained parameter' },
      { value: 'adamw_8bit', means: 'a quarter of that memory; torch engine on CUDA, needs bitsandbytes' },
    ],
    source: 'Loshchilov and Hutter 2019; Dettmers et al. 2022',
  },
  weight_decay: {
    more: 'Pulls weights towards 0, which also forgets. Fine-tunes are short, so 0 is a good choice.',
    equation: ['w <- w - learning rate * weight_decay * w'],
    values: [
      { value: 0, means: 'the default' },
      { value: 0.01, means: 'usual for long runs' },
      { value: 0.1, means: 'usual for pre-training' },
    ],
    source: 'Loshchilov and Hutter 2019',
  },
  adam_beta1: {
    more: 'How long the optimizer remembers the direction of earlier steps.',
    equation: ['m <- adam_beta1 * m + (1 - adam_beta1) * gradient'],
    values: [{ value: 0.9, means: 'the default' }],
    source: 'Kingma and Ba 2015',
  },
  adam_beta2: {
    more: 'How long the optimizer remembers the size of earlier gradients; shorter runs do well with less.',
    equation: ['v <- adam_beta2 * v + (1 - adam_beta2) * gradient^2'],
    values: [
      { value: 0.999, means: 'the default' },
      { value: 0.95, means: 'usual for pre-training' },
    ],
    source: 'Kingma and Ba 2015',
  },
  adam_epsilon: {
    more: 'Keeps steps finite where gradients are almost 0. Hardly ever worth changing.',
    equation: ['w <- w - learning rate * m / (sqrt(v) + adam_epsilon), both corrected for their start'],
    values: [{ value: 1e-8, means: 'the default' }],
    source: 'Kingma and Ba 2015',
  },
  max_grad_norm: {
    more: 'One odd batch cannot move the model far. A run that is clipped at every step has too high a learning rate.',
    equation: ['gradient <- gradient * min(1, max_grad_norm / |gradient|)'],
    values: [
      { value: 1, means: 'the default' },
      { value: 0, means: 'never clipped' },
    ],
  },
  lr_scheduler_type: {
    more: 'Counts over the run proper; the warm-up of a teacher has a constant rate of its own.',
    equation: [
      'p = (step - warmup) / (steps - warmup)',
      'linear: learning_rate * (1 - p)',
      'cosine: learning_rate * (1 + cos(pi * p)) / 2',
    ],
    values: [
      { value: 'linear', means: 'falls to 0 in a straight line' },
      { value: 'cosine', means: 'falls to 0, slowly at first and at last' },
      { value: 'constant', means: 'stays, and ignores warmup_steps' },
      { value: 'constant_with_warmup', means: 'stays after the warm-up' },
    ],
    source: 'transformers, `get_scheduler`',
  },
  warmup_steps: {
    more: 'Lets the optimizer gather its moments before it takes full steps. Without effect on `lr_scheduler_type: constant`.',
    unit: 'steps, or below 1 a share of all steps',
    equation: ['learning rate at step s < warmup: learning_rate * s / warmup'],
    values: [
      { value: 0, means: 'none' },
      { value: 0.03, means: '3 % of all steps' },
      { value: 0.1, means: 'a tenth of all steps' },
      { value: 100, means: 'a hundred steps' },
    ],
    source: 'transformers, `TrainingArguments`, where it took over from `warmup_ratio`',
  },
};
