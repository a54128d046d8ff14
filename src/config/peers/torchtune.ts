import {
  adapterModules,
  type Convert,
  bothBetas,
  evalFile,
  onlyOff,
  onlyZero,
  optimizer,
  precision,
  schedule,
  trainFile,
} from './convert.ts';
import { maskedLikeLabels, ratioToWeight } from './distilling.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, inBlock, type PeerKey, type Trainer } from './trainer.ts';
import { packs, trainsOnPrompts } from './shared.ts';

const COMPONENT = 'delete it; the model’s folder says which classes it needs';

/** Their output projection is o_proj in Hugging Face's names. */
const attentionModules: Convert = (value, siblings) => {
  const names = adapterModules(value, siblings);
  return Array.isArray(names)
    ? names.map((name: unknown) => (name === 'output_proj' ? 'o_proj' : name))
    : names;
};

const ADAPTER: readonly PeerKey[] = [
  { key: 'lora_rank', ours: 'lora.r' },
  { key: 'lora_alpha', ours: 'lora.lora_alpha' },
  { key: 'lora_dropout', ours: 'lora.lora_dropout' },
  { key: 'lora_attn_modules', ours: 'lora.target_modules', convert: attentionModules },
  ...answered(
    'name the modules with an adapter under `lora.target_modules`, by the names of Hugging Face: `o_proj`, `gate_proj`, `up_proj`, `down_proj`',
    'apply_lora_to_mlp apply_lora_to_output',
  ),
  { key: 'quantize_base', convert: onlyOff, advice: ANSWERS.quantized },
  ...answered(ANSWERS.variant, 'use_dora'),
];

const BLOCKS: readonly PeerKey[] = [
  ...inBlock('model', [{ key: '_component_', advice: COMPONENT }, ...ADAPTER]),
  ...inBlock('tokenizer', [
    ...called('max_length', 'max_seq_len'),
    ...answered(COMPONENT, '_component_ path merges_file special_tokens_path'),
    ...answered(ANSWERS.template, 'prompt_template truncation_type'),
  ]),
  ...inBlock('checkpointer', [
    ...called('model_name_or_path', 'checkpoint_dir'),
    ...answered(
      COMPONENT,
      `
    _component_ checkpoint_files model_type recipe_checkpoint safe_serialization
  `,
    ),
    ...answered(ANSWERS.folder, 'output_dir'),
    ...answered(
      'delete it; an adapter that was trained elsewhere is merged into the model first',
      'adapter_checkpoint',
    ),
  ]),
  ...inBlock('teacher_checkpointer', [
    ...called('self_distill.teacher', 'checkpoint_dir'),
    ...answered(COMPONENT, '_component_ checkpoint_files model_type recipe_checkpoint'),
    ...answered(ANSWERS.folder, 'output_dir'),
  ]),
  ...inBlock('dataset', [
    packs('packed'),
    { key: 'data_files', ours: 'train_file', convert: trainFile },
    trainsOnPrompts('train_on_input'),
    ...answered('name the file with the rows under `train_file`', '_component_ source split name'),
    ...answered(ANSWERS.column, 'column column_map conversation_column conversation_style'),
    ...answered(ANSWERS.template, 'new_system_prompt prompt_template add_eos'),
  ]),
  ...inBlock('dataset_val', [
    { key: 'data_files', ours: 'eval_file', convert: evalFile },
    ...answered('name the file with the rows under `eval_file`', '_component_ source split'),
  ]),
  ...inBlock('optimizer', [
    { key: '_component_', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
    ...called('learning_rate', 'lr'),
    ...called('weight_decay', 'weight_decay'),
    ...called('adam_epsilon', 'eps'),
    { key: 'betas', ours: '', convert: bothBetas },
    ...answered(ANSWERS.always, 'fused foreach'),
  ]),
  ...inBlock('lr_scheduler', [
    { key: '_component_', ours: 'lr_scheduler_type', convert: schedule, advice: ANSWERS.schedule },
    ...called('warmup_steps', 'num_warmup_steps'),
  ]),
];

const DISTILLATION: readonly PeerKey[] = [
  {
    key: 'kd_ratio',
    ours: 'self_distill.kd_weight',
    convert: ratioToWeight,
    advice: 'write a ratio below 1: labels must count as well',
  },
  {
    key: 'kd_loss',
    ours: 'self_distill',
    convert: (_, { dataset }) => ({ temperature: 1, positions: maskedLikeLabels(trainsOnInput(dataset)) }),
  },
  ...inBlock(
    'teacher_model',
    answered('write the teacher’s folder, or hub id, under `self_distill.teacher`', '_component_'),
  ),
];

const TOP: readonly PeerKey[] = [
  ...called('num_train_epochs', 'epochs'),
  ...called('per_device_train_batch_size', 'batch_size'),
  ...called('per_device_eval_batch_size', 'batch_size_val'),
  ...called('max_grad_norm', 'clip_grad_norm'),
  ...called('torch_compile', 'compile'),
  ...called('logging_steps', 'log_every_n_steps'),
  ...called('eval_steps', 'run_val_every_n_steps'),
  { key: 'dtype', ours: 'bf16', convert: precision, advice: ANSWERS.precision },
  ...called('gradient_checkpointing', 'enable_activation_checkpointing'),
  {
    key: 'enable_activation_offloading',
    convert: onlyOff,
    advice: 'write `gradient_checkpointing: true` to save that memory',
  },
  {
    key: 'optimizer_in_bwd',
    convert: onlyOff,
    advice: 'delete it; `optim: adamw_8bit`, `lora` and `gradient_checkpointing` save memory',
  },
  { key: 'max_steps_per_epoch', convert: onlyZero, advice: 'write `max_steps`, the steps of the whole run' },
  ...answered(
    ANSWERS.always,
    `
    shuffle loss log_peak_memory_stats save_adapter_weights_only save_last_epoch_only
    low_cpu_ram
  `,
  ),
  ...answered('delete it, the run’s panel draws the curves', 'metric_logger'),
  ...answered(
    ANSWERS.nothing,
    `
    profiler custom_sharded_layers ac_mode ac_option use_clipped_grad log_level
    enable_async_checkpointing
  `,
  ),
  ...answered('delete it; `engine` says which engine trains, on the device that is there', 'device'),
  ...answered(ANSWERS.sharding, 'fsdp_* tensor_parallel_* context_parallel_* data_parallel_*'),
  ...answered(ANSWERS.folder, 'output_dir'),
  ...answered(ANSWERS.resume, 'resume_from_checkpoint'),
];

/** torchtune (recipes/configs). */
export const torchtune: Trainer = {
  name: 'torchtune',
  keys: [...TOP, ...BLOCKS, ...DISTILLATION],
  // Without a scheduler the learning rate stands still.
  defaults: (config) =>
    config.lr_scheduler === undefined ? { lr_scheduler: { _component_: 'constant' } } : {},
};

function trainsOnInput(dataset: unknown): boolean {
  return (
    typeof dataset === 'object' &&
    dataset !== null &&
    'train_on_input' in dataset &&
    dataset.train_on_input === true
  );
}
