import {
  evalFile,
  onlyOff,
  optimizer,
  precision,
  reportTo,
  schedule,
  share,
  trainFile,
  words,
} from './convert.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, type PeerKey, type Trainer } from './trainer.ts';

/** Names that are ours too, with values that are not. */
const SAME_NAMES: readonly PeerKey[] = [
  { key: 'optim', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
  { key: 'lr_scheduler_type', ours: 'lr_scheduler_type', convert: schedule, advice: ANSWERS.schedule },
  { key: 'report_to', ours: 'report_to', convert: reportTo, advice: ANSWERS.tracker },
  {
    key: 'bf16',
    ours: 'bf16',
    convert: words({ true: true, false: false, auto: null, full: true }),
    advice: ANSWERS.precision,
  },
  {
    key: 'gradient_checkpointing',
    ours: 'gradient_checkpointing',
    convert: words({ true: true, false: false, unsloth: true, offload: true, offload_disk: true }),
  },
  { key: 'torch_compile', ours: 'torch_compile', convert: words({ true: true, false: false, auto: true }) },
];

const WARMUP_SHARE = {
  ours: 'warmup_steps',
  convert: share,
  advice: 'write a share below 1 under `warmup_steps`',
  note: 'where a number below 1 is a share of all steps',
};

const TRAINING: readonly PeerKey[] = [
  ...['warmup_ratio', 'lr_warmup_ratio'].map((key) => ({ key, ...WARMUP_SHARE })),
  ...called('per_device_train_batch_size', 'per_gpu_train_batch_size train_batch_size'),
  ...called('per_device_eval_batch_size', 'per_gpu_eval_batch_size eval_batch_size'),
  ...called('eval_strategy', 'evaluation_strategy'),
  ...called('max_length', 'max_seq_length block_size'),
  ...answered(
    ANSWERS.folder,
    `
    output_dir overwrite_output_dir logging_dir run_name save_on_each_node
  `,
  ),
  ...answered(ANSWERS.best, 'metric_for_best_model greater_is_better'),
  ...answered(
    ANSWERS.resume,
    `
    resume_from_checkpoint ignore_data_skip restore_callback_states_from_checkpoint
  `,
  ),
  ...answered('delete it, the best checkpoint is always kept', 'load_best_model_at_end'),
  ...answered('delete it, a run always trains', 'do_train'),
  ...answered(
    'delete it; `eval_strategy` says when to evaluate',
    `
    do_eval do_predict eval_on_start eval_delay prediction_loss_only predict_with_generate
    include_for_metrics batch_eval_metrics eval_accumulation_steps
  `,
  ),
  ...answered(
    'delete it, the loss is written down at every `logging_steps`',
    `
    logging_strategy logging_first_step logging_nan_inf_filter disable_tqdm log_level
    include_num_input_tokens_seen include_tokens_per_second
  `,
  ),
  ...answered(ANSWERS.upload, 'push_to_hub hub_*'),
  ...answered(
    'delete it, checkpoints are Hugging Face folders with safetensors',
    'save_safetensors save_only_model',
  ),
  ...answered(
    'write `bf16: true`, or delete it and the engine picks the precision',
    'fp16 half_precision_backend fp16_opt_level fp8',
  ),
  ...answered(ANSWERS.fixedPrecision, 'tf32 bf16_full_eval fp16_full_eval jit_mode_eval'),
  ...answered(
    ANSWERS.sharding,
    `
    deepspeed fsdp fsdp_config fsdp_version parallelism_config accelerator_config local_rank ddp
    ddp_* average_tokens_across_devices
  `,
  ),
  ...answered(
    ANSWERS.loading,
    `
    dataloader_* remove_unused_columns label_names length_column_name overwrite_cache
    preprocessing_num_workers streaming
  `,
  ),
  ...answered(
    'delete it; the optimizer is set by `adam_beta1`, `adam_beta2`, `adam_epsilon` and `weight_decay`',
    'optim_args optim_target_modules adafactor',
  ),
  ...answered(ANSWERS.schedule, 'lr_scheduler_kwargs'),
  ...answered(
    'delete it, `gradient_checkpointing` has no settings of its own',
    'gradient_checkpointing_kwargs',
  ),
  ...answered('delete it, `torch_compile` has no settings of its own', 'torch_compile_*'),
  ...answered(
    ANSWERS.attention,
    `
    use_liger_kernel liger_kernel_config attn_implementation use_flash_attention_2
  `,
  ),
  ...answered(ANSWERS.outOfMemory, 'auto_find_batch_size torch_empty_cache_steps'),
  ...answered(ANSWERS.otherLoss, 'label_smoothing_factor'),
  ...answered(ANSWERS.noise, 'neftune_noise_alpha'),
  ...answered('delete it, a run is the same for the same `seed`', 'full_determinism'),
  ...answered(
    'delete it; `engine` says which engine trains, on the device that is there',
    'use_cpu no_cuda use_mps_device',
  ),
];

const LOADING: readonly PeerKey[] = [
  { key: 'torch_dtype', ours: 'bf16', convert: precision, advice: ANSWERS.precision },
  { key: 'dtype', ours: 'bf16', convert: precision, advice: ANSWERS.precision },
  ...called('model_name_or_path', 'model_id model_path'),
  ...answered(
    'delete it and name the folder of the wanted version under `model_name_or_path`',
    'model_revision revision cache_dir',
  ),
  ...answered(
    'delete it, the tokenizer of the model’s own folder is taken',
    `
    tokenizer_name tokenizer_name_or_path use_fast_tokenizer tokenizer_revision
  `,
  ),
  ...answered(
    'delete it, the engine places the model itself',
    'device_map low_cpu_mem_usage max_memory device',
  ),
  ...answered(ANSWERS.token, 'token use_auth_token hub_token hf_hub_token hf_use_auth_token'),
  { key: 'use_cache', advice: ANSWERS.nothing },
  ...['load_in_4bit', 'load_in_8bit'].map((key) => ({ key, convert: onlyOff, advice: ANSWERS.quantized })),
  ...answered(
    ANSWERS.quantized,
    `
    bnb_4bit_* quantization_config use_bnb_nested_quant bnb_config_kwargs
  `,
  ),
];

const NAME_NOTE = 'which names a local file: data sets of the hub are downloaded first';

const DATA: readonly PeerKey[] = [
  { key: 'dataset_name', ours: 'train_file', convert: trainFile, note: NAME_NOTE },
  { key: 'validation_file', ours: 'eval_file', convert: evalFile },
  { key: 'eval_dataset', ours: 'eval_file', convert: evalFile, note: NAME_NOTE },
  { key: 'eval_dataset_name', ours: 'eval_file', convert: evalFile, note: NAME_NOTE },
  ...answered(ANSWERS.split, 'validation_split_percentage'),
  ...answered(ANSWERS.samples, 'max_train_samples max_eval_samples'),
];

/** transformers: TrainingArguments and the arguments of its example scripts; PEFT. */
export const huggingFace: Trainer = {
  name: 'Hugging Face',
  keys: [...SAME_NAMES, ...TRAINING, ...LOADING, ...DATA, ...called('lora', 'peft_config')],
};
