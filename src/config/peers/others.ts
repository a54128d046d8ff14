import { evalFile, onlyZero, optimizer, schedule, trainFile } from './convert.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, inBlock, type PeerKey, type Trainer } from './trainer.ts';
import { packs, trainsOnPrompts } from './shared.ts';

/** Names inside our own blocks. */
const IN_BLOCKS: readonly PeerKey[] = [
  ...called('train_file[].path', 'train_file[].file train_file[].name'),
  ...called('train_file[].weight', 'train_file[].ratio train_file[].proportion'),
  ...called('probes.sets[].file', 'probes.sets[].path probes.sets[].data probes.sets[].train_file'),
  ...inBlock('lora', [
    ...called('lora.lora_alpha', 'alpha'),
    ...called('lora.lora_dropout', 'dropout'),
    ...called('lora.r', 'rank'),
    ...called('lora.target_modules', 'target'),
  ]),
];

const NAMES: readonly PeerKey[] = [
  ...called('model_name_or_path', 'model model_name checkpoint_dir base_model_name'),
  ...called(
    'train_file',
    `
    data_path dataset_path train_data train_dataset training_file train_path
  `,
  ),
  { key: 'data', ours: 'train_file' },
  { key: 'dataset', ours: 'train_file', convert: trainFile },
  ...called('eval_file', 'dev_file test_file val_file val_data eval_data test_dataset'),
  { key: 'val_dataset', ours: 'eval_file', convert: evalFile },
  { key: 'template', ours: 'prompt_template' },
  ...called('learning_rate', 'lr max_lr peak_lr'),
  ...called('num_train_epochs', 'max_epochs n_epochs num_epochs epochs'),
  ...called(
    'max_steps',
    `
    max_iters max_train_steps num_steps num_train_steps steps total_steps
  `,
  ),
  ...called('per_device_train_batch_size', 'batch_size micro_batch_size local_batch_size minibatch_size'),
  ...called(
    'gradient_accumulation_steps',
    `
    accumulate_grad_batches gradient_accumulation gradient_accumulation_iters grad_accum_steps
  `,
  ),
  ...called(
    'max_length',
    `
    max_seq_len seq_length seq_len context_length max_tokens model_max_length
  `,
  ),
  ...called('adam_beta1', 'beta1'),
  ...called('adam_beta2', 'beta2'),
  ...called('adam_epsilon', 'eps adam_eps'),
  ...called('max_grad_norm', 'gradient_clip_val gradient_clipping grad_clip max_norm'),
  { key: 'optimizer', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
  ...['scheduler', 'lr_schedule', 'lr_scheduler'].map((key) => ({
    key,
    ours: 'lr_scheduler_type',
    convert: schedule,
    advice: ANSWERS.schedule,
  })),
  ...called('warmup_steps', 'num_warmup_steps warmup warmup_iters lr_warmup_steps'),
  ...called('seed', 'random_seed'),
  ...called('eval_steps', 'eval_interval eval_every eval_freq'),
  ...called('logging_steps', 'log_interval log_every'),
  ...called('save_steps', 'save_interval'),
  ...called('save_total_limit', 'max_checkpoints'),
  ...called('self_distill', 'distillation distill self_distillation kd'),
  ...called('self_distill.kd_weight', 'kd_weight distill_weight kl_weight'),
  ...called('self_distill.temperature', 'distill_temperature'),
  ...called('self_distill.teacher', 'teacher teacher_path teacher_model'),
  ...called(
    'freeze.groups',
    `
    freeze_groups freeze_layers freeze_modules frozen_parameters freeze_parameters
  `,
  ),
  ...called('freeze.trainable_groups', 'trainable_groups trainable_modules'),
  ...called('gradient_checkpointing', 'activation_checkpointing use_gradient_checkpointing'),
  packs('sequence_packing'),
  trainsOnPrompts('train_on_inputs'),
  trainsOnPrompts('train_on_input'),
  trainsOnPrompts('train_on_prompt'),
  ...called('launch.nproc_per_node', 'devices gpus_per_node num_gpus num_processes'),
  ...called('launch.nnodes', 'num_machines num_nodes'),
  ...called('launch.node_rank', 'machine_rank'),
  { key: 'val_split', convert: onlyZero, advice: ANSWERS.split },
  { key: 'test_size', convert: onlyZero, advice: ANSWERS.split },
  ...answered(ANSWERS.folder, 'output_path out_dir save_dir'),
];

/** Names that are in use here and there (LitGPT, Lightning, older transformers): understood, and nobody is recognised by them. */
export const others: Trainer = { name: 'other trainers', keys: [...NAMES, ...IN_BLOCKS] };
