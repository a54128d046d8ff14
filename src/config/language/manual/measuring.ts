import type { Manual } from './entry.ts';

export const MEASURING: Manual = {
  eval_strategy: {
    more: 'What comes on top: before the first step, after the warm-up of a teacher and after the last step the model is measured anyway.',
    values: [
      { value: 'no', means: 'nothing more: when it begins to forget is not seen' },
      { value: 'steps', means: 'every eval_steps' },
      { value: 'epoch', means: 'after every pass over the rows' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
  eval_steps: {
    more:
      'Each evaluation asks every held, known and new fact once. Two of them at most half an epoch apart are needed around the moment in ' +
      'which new facts pass 0.90, or runs cannot be compared at equal acquisition.',
    unit: 'steps, or below 1 a share of all steps',
    values: [
      { value: 0.05, means: 'twenty times a run' },
      { value: 0.1, means: 'ten times a run' },
      { value: 100, means: 'every hundred steps' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
  logging_steps: {
    more: 'Changes only how dense the curves are.',
    unit: 'steps',
    values: [
      { value: 1, means: 'every step' },
      { value: 10, means: 'every tenth step, for very long runs' },
    ],
  },
  save_strategy: {
    more:
      'The best checkpoint is the one that knows most new facts among those within `probes.max_forgetting`; where no row is new, the one ' +
      'with the lowest `eval_loss`.',
    values: [
      { value: 'no', means: 'only the end' },
      { value: 'steps', means: 'every save_steps' },
      { value: 'epoch', means: 'after every pass over the rows' },
      { value: 'best', means: 'whenever an evaluation is the best so far' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
  save_steps: {
    more: 'Counts only with `save_strategy: steps`.',
    unit: 'steps, or below 1 a share of all steps',
    values: [
      { value: 500, means: 'the default' },
      { value: 0.1, means: 'ten times a run' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
  save_total_limit: {
    more: 'A checkpoint holds the weights and, to go on from, the optimizer: about three times the size of the model where all of it is trained.',
    unit: 'checkpoints',
    values: [
      { value: 1, means: 'least disk space' },
      { value: 3, means: 'the default' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
};
