import {
  adapterModules,
  evalFile,
  isNumber,
  numberBeside,
  onlyOff,
  onlyZero,
  optimizer,
  schedule,
  trainFile,
  unless,
  words,
  type Convert,
} from './convert.ts';
import { axolotlWeight, forwardOnly, maskedLikeLabels } from './distilling.ts';
import { unfrozen } from './freezing.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, type PeerKey, type Trainer } from './trainer.ts';
import { packs, trainsOnPrompts } from './shared.ts';

/** So many times an epoch, as a share of all steps; once an epoch is a strategy, because a share of 1 would be one step. */
function perEpoch(strategyKey: string, stepsKey: string): Convert {
  return (times, siblings) => {
    const epochs = numberBeside(siblings, 'num_epochs', 1);
    if (!isNumber(times) || epochs === undefined || isNumber(siblings.max_steps)) return undefined;
    if (times === 0) return { [strategyKey]: 'no' };
    if (times === 1) return { [strategyKey]: 'epoch' };
    const portion = 1 / (epochs * times);
    if (portion <= 0 || portion >= 1) return undefined;
    // Evaluations go by steps unless something else is said, checkpoints do not.
    return stepsKey === 'eval_steps'
      ? { [stepsKey]: portion }
      : { [strategyKey]: 'steps', [stepsKey]: portion };
  };
}

const withLora = (ours: string, convert?: Convert): Pick<PeerKey, 'ours' | 'convert'> => ({
  ours,
  convert: unless('adapter', [null], convert),
});

const ADAPTER: readonly PeerKey[] = [
  {
    key: 'adapter',
    ours: 'lora',
    convert: words({ lora: {}, qlora: {} }),
    advice: ANSWERS.adapter,
    note: 'on weights that are not quantized',
  },
  { key: 'lora_r', ...withLora('lora.r') },
  { key: 'lora_alpha', ...withLora('lora.lora_alpha') },
  { key: 'lora_dropout', ...withLora('lora.lora_dropout') },
  { key: 'lora_target_modules', ...withLora('lora.target_modules', adapterModules) },
  {
    key: 'lora_target_linear',
    convert: words({ true: null }),
    advice: 'delete it, all linear layers get an adapter unless `lora.target_modules` names some',
  },
  ...['lora_mlp_kernel', 'lora_qkv_kernel', 'lora_o_kernel', 'lora_embedding_kernel'].map((key) => ({
    key,
    advice: ANSWERS.attention,
  })),
  ...answered(
    ANSWERS.variant,
    `
    lora_fan_in_fan_out lora_modules_to_save lora_target_parameters lora_on_cpu loraplus_*
    peft_* peft relora* qlora_sharded_model_loading
  `,
  ),
  ...answered(
    'delete it; an adapter that was trained elsewhere is merged into the model first',
    'lora_model_dir',
  ),
];

const KD_ADVICE =
  'write `self_distill.kd_weight`, which is `kd_alpha` divided by `kd_ce_alpha`, the weight of the labels';

const DISTILLATION: readonly PeerKey[] = [
  {
    key: 'kd_trainer',
    ours: 'self_distill',
    convert: (value, siblings) =>
      value === true
        ? {
            temperature: numberBeside(siblings, 'kd_temperature', 1),
            positions: maskedLikeLabels(siblings.train_on_inputs === true),
          }
        : onlyOff(value, siblings),
    note: 'where the teacher is a model and not a list of stored probabilities',
  },
  { key: 'kd_alpha', ours: 'self_distill.kd_weight', convert: axolotlWeight, advice: KD_ADVICE },
  { key: 'kd_ce_alpha', partOf: 'kd_alpha', advice: KD_ADVICE },
  { key: 'kd_temperature', ours: 'self_distill.temperature' },
  {
    key: 'kd_beta',
    convert: forwardOnly,
    advice: 'delete it, the divergence is KL(teacher || model), which is `kd_beta: 0`',
  },
  ...answered(
    'delete it, the teacher is asked for all tokens of the vocabulary',
    `
    kd_normalize_topk kd_zscore_base_temp kd_top_k_before_softmax kd_temperature_min
  `,
  ),
  ...answered(
    'delete it and name the teacher’s folder, or hub id, under `self_distill.teacher`',
    'kd_online_*',
  ),
];

const DATA: readonly PeerKey[] = [
  {
    key: 'datasets',
    ours: 'train_file',
    convert: trainFile,
    note: 'which names local files; what kind of rows they hold is seen from their keys',
  },
  {
    key: 'test_datasets',
    ours: 'eval_file',
    convert: evalFile,
    advice: 'name one file of rows under `eval_file`',
  },
  {
    key: 'pretraining_dataset',
    ours: 'train_file',
    convert: trainFile,
    note: 'with rows that have a `text`',
  },
  { key: 'val_set_size', convert: onlyZero, advice: ANSWERS.split },
  packs('sample_packing'),
  ...called('padding_free', 'batch_flattening'),
  ...answered(
    ANSWERS.loading,
    `
    dataset_prepared_path dataset_processes dataset_num_proc dataset_keep_in_memory
    dataset_shard_* shuffle_merged_datasets shuffle_before_merging_datasets skip_prepare_dataset
    pad_to_sequence_len sample_packing_* eval_sample_packing multipack_real_batches
    pretrain_multipack_* pretraining_sample_concatenation curriculum_sampling min_sample_len
    excess_length_strategy push_dataset_to_hub total_num_tokens
  `,
  ),
  ...answered('delete it, duplicates in the data file are pointed out', 'dataset_exact_deduplication'),
  ...answered(ANSWERS.template, 'chat_template chat_template_jinja default_system_message'),
  ...answered('write `assistant_only_loss: true`', 'roles_to_train train_on_eos'),
];

const TRAINING: readonly PeerKey[] = [
  ...called('model_name_or_path', 'base_model'),
  trainsOnPrompts('train_on_inputs'),
  ...called('num_train_epochs', 'num_epochs'),
  ...called('per_device_train_batch_size', 'micro_batch_size'),
  {
    key: 'batch_size',
    advice:
      'delete it, there it is the batch of all devices and steps together: `per_device_train_batch_size` times `gradient_accumulation_steps`',
  },
  ...called('max_length', 'sequence_len'),
  { key: 'optimizer', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
  { key: 'lr_scheduler', ours: 'lr_scheduler_type', convert: schedule, advice: ANSWERS.schedule },
  ...answered(
    ANSWERS.schedule,
    `
    lr_quadratic_warmup cosine_min_lr_ratio cosine_constant_lr_ratio lr_div_factor one_cycle*
  `,
  ),
  ...answered(
    'delete it, there is one learning rate for all that moves',
    'embedding_lr embedding_lr_scale lr_groups',
  ),
  {
    key: 'evals_per_epoch',
    ours: '',
    convert: perEpoch('eval_strategy', 'eval_steps'),
    advice: 'write the steps between evaluations, or a share of all steps, under `eval_steps`',
  },
  {
    key: 'saves_per_epoch',
    ours: '',
    convert: perEpoch('save_strategy', 'save_steps'),
    advice: 'write the steps between checkpoints under `save_steps`, with `save_strategy: steps`',
  },
  {
    key: 'unfrozen_parameters',
    ours: 'freeze.trainable_groups',
    convert: unfrozen,
    advice: 'name whole parameters under `freeze.trainable_groups`: ranges of rows cannot be left to move',
  },
  { key: 'bfloat16', ours: 'bf16' },
  ...answered(ANSWERS.precision, 'float16 float32'),
  ...answered(
    'delete it, the run’s panel shows when the loss goes astray',
    'loss_watchdog_* early_stopping_patience',
  ),
  ...answered(
    ANSWERS.otherLoss,
    `
    use_eaft eaft_* rl rl_beta trl reward_model dpo_* kto_* orpo_alpha simpo_gamma
  `,
  ),
];

const REST: readonly PeerKey[] = [
  ...answered(
    ANSWERS.attention,
    `
    flash_attention flash_attn_* xformers_attention sdp_attention s2_attention flex_attention
    eager_attention attn_implementation liger_* unsloth_* cut_cross_entropy use_kernels
  `,
  ),
  {
    key: 'wandb_project',
    ours: 'report_to',
    convert: (value) => (typeof value === 'string' ? ['wandb'] : undefined),
    advice: ANSWERS.reports,
  },
  {
    key: 'use_wandb',
    ours: 'report_to',
    convert: words({ true: ['wandb'], false: null }),
    advice: ANSWERS.reports,
  },
  {
    key: 'use_tensorboard',
    ours: 'report_to',
    convert: words({ true: ['tensorboard'], false: null }),
    advice: ANSWERS.reports,
  },
  ...answered(ANSWERS.reports, 'wandb_*'),
  ...answered(ANSWERS.tracker, 'mlflow_* use_mlflow comet_* use_comet'),
  ...answered(
    ANSWERS.tokens,
    `
    special_tokens tokens added_tokens_overrides eot_tokens resize_token_embeddings_to_32x
    fix_untrained_tokens
  `,
  ),
  ...answered(
    'delete it; the model’s folder says of which kind model and tokenizer are',
    `
    model_type tokenizer_type tokenizer_config tokenizer_use_fast tokenizer_legacy
    tokenizer_use_mistral_common base_model_config is_llama_derived_model
    is_mistral_derived_model is_qwen_derived_model processor_type revision_of_model
    cls_model_config
  `,
  ),
  ...answered(
    ANSWERS.sharding,
    `
    fsdp_* tensor_parallel_size context_parallel_size sequence_parallel_degree dp_shard_size
    dp_replicate_size world_size use_ray ray_*
  `,
  ),
  ...answered('delete it, the methods of Holdfast need no plug-ins', 'plugins'),
  ...answered(
    ANSWERS.nothing,
    `
    strict debug seed_worker gc_steps profiler_steps auto_resume_from_checkpoints
    eval_table_size eval_max_new_tokens do_causal_lm_eval do_bench_eval bench_dataset
    eval_causal_lm_metrics gptq qat quantization activation_offloading neftune_noise_alpha
    save_first_step
  `,
  ),
];

/** Axolotl (src/axolotl/utils/schemas, integrations/kd/args.py). */
export const axolotl: Trainer = {
  name: 'Axolotl',
  extends: huggingFace,
  keys: [...TRAINING, ...DATA, ...ADAPTER, ...DISTILLATION, ...REST],
  defaults: (config) => ({
    micro_batch_size: 1,
    num_epochs: 1,
    sequence_len: 512,
    lr_scheduler: 'cosine',
    ...(config.save_steps === undefined ? {} : { save_strategy: 'steps' }),
  }),
};
