import type { Manual } from './entry.ts';

export const TRAINING: Manual = {
  version: {
    more: 'A later version of the format gets another number, so that an old file is never read with a new meaning.',
    values: [{ value: 1, means: 'the only version there is' }],
  },
  model_name_or_path: {
    more:
      'A folder beside the config wins over a hub model of the same name. Hub models are looked for in the local Hugging Face cache ' +
      'first (`HF_HOME`, `HF_HUB_OFFLINE` and `HF_TOKEN` are obeyed); only the torch engine downloads one.',
    source: 'transformers, `ModelArguments`',
  },
  from_config: {
    more:
      'Pre-training a small model of your own: only `config.json` and the tokenizer are needed, the weights come from `seed`. ' +
      'There is nothing to forget yet, so freezing and distilling make no sense with it.',
    values: [
      { value: false, means: 'start from the weights in the folder' },
      { value: true, means: 'start from random weights' },
    ],
  },
  train_file: {
    more:
      'One file, or a list of files with weights. Rows that ask something are asked of the base model first, so that a run knows which of ' +
      'them are new to it: new facts are what makes a model forget. Records that are no rows are left out and counted.',
    usual: { path: 'data/rows.jsonl', weight: '1' },
  },
  'train_file[].path': {
    more: 'Read as `train_file` itself would be; relative paths start at the folder of the config.',
  },
  'train_file[].weight': {
    more:
      'The whole part repeats every row, the rest is a sample that changes from epoch to epoch: 1.5 takes every row once and half of ' +
      'them once more.',
    values: [
      { value: 1, means: 'every row once' },
      { value: 2, means: 'every row twice' },
      { value: 0.5, means: 'half of the rows, others each epoch' },
    ],
  },
  eval_file: {
    more: 'Rows that training must not have seen. They give `eval_loss`, and decide which checkpoint is best where no row is new to the model.',
  },
  prompt_template: {
    more:
      'Words rows that are a question with its answers; rows with a prompt of their own, conversations and text stay as they are. The ' +
      'answer follows after a space, or directly where the template ends with white space. Held facts are asked in this wording too.',
    values: [
      { value: 'Answer the following question. {question}', means: 'the default' },
      { value: 'Q: {question}\nA:', means: 'question and answer on lines of their own' },
      { value: '{question}', means: 'the question alone' },
    ],
    source: 'Gekhman et al. 2024',
  },
  engine: {
    more:
      'Both engines train by the same rules and write the same files. `auto` takes torch where the config or the model needs it, and what ' +
      'is installed otherwise.',
    values: [
      { value: 'auto', means: 'whichever fits the model and is there' },
      {
        value: 'tfjs',
        means: 'needs nothing; Llama and Qwen2 models of some million parameters, on the processor',
      },
      { value: 'torch', means: 'PyTorch, in Python: any causal language model, GPUs' },
    ],
  },
  seed: {
    more:
      'The same seed on the same machine gives the same run, bit for bit. To tell a difference from luck, run several seeds ' +
      '(`holdfast run --seeds 3`).',
    values: [
      { value: 42, means: 'the default' },
      { value: 0, means: 'a seed like any other' },
    ],
  },
  data_seed: {
    more: 'Set it to vary the order of the rows alone, or the weights and prompts alone.',
  },
};
