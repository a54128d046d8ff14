/** What several trainers' settings are answered with: clauses that follow a colon. */

/** By what they are about. */
export const ANSWERS = {
  folder: 'delete it, every run has its own folder under .holdfast/runs',
  best: 'delete it, the best checkpoint is the one that learned most within `probes.max_forgetting`',
  resume: 'delete it and resume the run itself',
  quantized: 'delete it, weights are never quantized; `lora` and `gradient_checkpointing` save memory',
  attention: 'delete it, the engine picks the fastest that is exact',
  sharding:
    'delete it; several GPUs are asked for with `launch: {nproc_per_node: 2}`, and share the model by FSDP',
  split: 'split off an evaluation file and name it under `eval_file`',
  always: 'delete it, a run does so anyway',
  loading: 'delete it, the engine reads and prepares the rows itself',
  token: 'delete it, the hub is asked with HF_TOKEN from the environment',
  upload: 'delete it, a checkpoint is an ordinary Hugging Face folder that can be uploaded',
  schedule: 'write `lr_scheduler_type`, which is `linear`, `cosine`, `constant` or `constant_with_warmup`',
  optimizer: 'write `optim: adamw`, or `optim: adamw_8bit` to save memory',
  precision: 'write `bf16: true` or `bf16: false`, or delete it and the engine picks the precision',
  fixedPrecision: 'delete it, the engine picks the precision',
  reports: 'write `report_to: [wandb]`; every run records its curves in its own folder anyway',
  tracker:
    'delete it, every run records its curves in its own folder; `report_to` knows `tensorboard`, `wandb` and `trackio`',
  adapter: 'write `lora: {}`, or delete it to train the weights themselves',
  variant: 'delete it, `lora` is the plain method',
  template: 'delete it, conversations are worded by the template of the model’s own tokenizer',
  column: 'delete it and rename the keys of the rows; prompt, completion, messages and text are known',
  samples: 'delete it; `train_file: [{path: rows.jsonl, weight: 0.5}]` takes half of the rows each epoch',
  onPolicy:
    'delete it, the teacher is asked about the rows of the data file and the model writes nothing itself',
  outOfMemory: 'delete it, a batch that does not fit is cut into smaller parts by itself',
  otherLoss: 'delete it, the loss is cross-entropy, with `self_distill` beside it',
  noise: 'delete it, nothing is added to the embeddings',
  tokens: 'delete it and put the tokens into the tokenizer of the model’s folder',
  freezing: 'name what moves under `freeze.trainable_groups`, such as `attention` or `layers 12-23`',
  lastLayers:
    'name the layers that move under `freeze.trainable_groups`, such as `layers 24-31` for the last eight of 32',
  nothing: 'delete it, there is nothing like it here',
} as const;
