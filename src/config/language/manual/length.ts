import type { Manual } from './entry.ts';

export const LENGTH: Manual = {
  learning_rate: {
    more:
      'The setting that matters most. Too high, and the model forgets fast; too low, and the rows are not learned. Small models take ' +
      'higher rates than large ones, adapters higher ones than whole models.',
    values: [
      { value: 1e-5, means: 'careful: whole models of 7 billion parameters and more' },
      { value: 2e-5, means: 'usual for whole models of some billion parameters' },
      { value: 5e-5, means: 'the default; new facts are learned in about ten epochs' },
      { value: 2e-4, means: 'usual for LoRA' },
      { value: 3e-4, means: 'models of some million parameters' },
    ],
    source: 'transformers, `TrainingArguments`; arXiv 2604.15574 trains with 5.0e-5',
  },
  num_train_epochs: {
    more:
      'Forgetting goes on after the rows are learned, so more is not safer: watch for the epoch in which new facts stop rising. Parts of ' +
      'an epoch are allowed.',
    unit: 'passes',
    equation: ['steps = ceil(num_train_epochs * ceil(rows per epoch / effective batch))'],
    values: [
      { value: 1, means: 'a look at whether all works' },
      { value: 3, means: 'the default; enough for a format or a style' },
      { value: 10, means: 'to learn new facts' },
    ],
  },
  max_steps: {
    more: 'For a short trial, or to give several runs the same number of steps whatever their data.',
    unit: 'steps',
    values: [
      { value: -1, means: 'as many as num_train_epochs makes' },
      { value: 20, means: 'a short trial' },
    ],
  },
  per_device_train_batch_size: {
    more:
      'Decides memory and speed. With `gradient_accumulation_steps` (and `launch`) it makes the effective batch, which decides what is ' +
      'learned: halve one and double the other, and the run stays the same.',
    unit: 'rows',
    equation: [
      'effective batch = per_device_train_batch_size * gradient_accumulation_steps',
      '                  * nproc_per_node * nnodes',
    ],
    values: [
      { value: 1, means: 'least memory' },
      { value: 8, means: 'the default' },
      { value: 16, means: 'short rows' },
      { value: 64, means: 'short rows, small models' },
    ],
  },
  gradient_accumulation_steps: {
    more:
      'A larger effective batch without more memory, in more time. Losses are divided by the tokens of the whole step, so it changes ' +
      'nothing else.',
    unit: 'forward passes',
    equation: [
      'effective batch = per_device_train_batch_size * gradient_accumulation_steps',
      '                  * nproc_per_node * nnodes',
    ],
    values: [
      { value: 1, means: 'the default' },
      { value: 2, means: 'half of the batch at a time' },
      { value: 4, means: 'a quarter of the batch at a time' },
    ],
  },
  per_device_eval_batch_size: {
    more: 'Changes how fast evaluations are, and never what they say. Lower it where memory runs out while evaluating.',
    unit: 'rows',
    values: [
      { value: 64, means: 'the default' },
      { value: 16, means: 'less memory' },
    ],
  },
  max_length: {
    more: 'Longer rows lose their end, and with it the answer and the end token: a row whose answer is cut off altogether teaches nothing.',
    unit: 'tokens',
    values: [
      { value: 256, means: 'questions and answers' },
      { value: 1_024, means: 'the default' },
      { value: 4_096, means: 'conversations and documents' },
    ],
    source: 'TRL, `SFTConfig`',
  },
  completion_only_loss: {
    more: 'Of rows of plain text every token counts either way; of a completion the end token counts too.',
    values: [
      { value: true, means: 'learn the answers' },
      { value: false, means: 'learn the prompts as well' },
    ],
    source: 'TRL, `SFTConfig`',
  },
  assistant_only_loss: {
    more: 'Every answer of a conversation counts with its end of turn, what users and systems say does not.',
    values: [
      { value: true, means: 'learn what the assistant says' },
      { value: false, means: 'learn the whole conversation' },
    ],
    source: 'TRL, `SFTConfig`',
  },
  group_by_length: {
    more: 'Rows are shuffled, sorted in windows of 50 batches and dealt out at random, so the order is still a different one each epoch.',
    values: [
      { value: true, means: 'less padding' },
      { value: false, means: 'a plain shuffle' },
    ],
    source: 'transformers, `TrainingArguments`',
  },
};
