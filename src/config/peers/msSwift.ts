import {
  adapterModules,
  evalFile,
  isNumber,
  onlyOff,
  onlyZero,
  trainFile,
  unless,
  words,
  type Convert,
} from './convert.ts';
import { forwardOnly, teacherAtOne } from './distilling.ts';
import { adapter, expression, prefixes, thawed } from './freezing.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, type PeerKey, type Trainer } from './trainer.ts';
import { packs } from './shared.ts';

/** LoRA is on unless `train_type` says otherwise; freezing by name is only looked at where it is off. */
const TYPE_KEYS = ['train_type', 'tuner_type', 'sft_type'] as const;

const withLora = (ours: string, convert?: Convert): Pick<PeerKey, 'ours' | 'convert'> => ({
  ours,
  convert: TYPE_KEYS.reduce<Convert>(
    (inner, key) => unless(key, ['full'], inner),
    convert ?? ((value) => value),
  ),
});

const withoutLora = (ours: string, convert: Convert): Pick<PeerKey, 'ours' | 'convert'> => ({
  ours,
  convert: TYPE_KEYS.reduce<Convert>((inner, key) => unless(key, ['lora'], inner), convert),
});

const THAWING =
  'name what moves under `freeze.trainable_groups` and delete what freezes: here the one is everything outside the other';

const METHOD: readonly PeerKey[] = [
  ...TYPE_KEYS.map((key) => ({ key, ours: 'lora', convert: adapter, advice: ANSWERS.adapter })),
  { key: 'lora_rank', ...withLora('lora.r') },
  { key: 'lora_alpha', ...withLora('lora.lora_alpha') },
  { key: 'lora_dropout', ...withLora('lora.lora_dropout') },
  { key: 'target_modules', ...withLora('lora.target_modules', adapterModules) },
  ...['use_rslora', 'use_dora'].map((key) => ({ key, convert: onlyOff, advice: ANSWERS.variant })),
  ...answered(
    ANSWERS.variant,
    `
    tuner_backend target_regex target_parameters modules_to_save lora_bias lora_dtype
    lora_lr_ratio lorap_lr_ratio lora_ga_* init_weights adalora_* llamapro_* lisa_* reft_*
    vera_* boft_* fourier_* adapter_act adapter_length
  `,
  ),
  ...answered('delete it; an adapter that was trained elsewhere is merged into the model first', 'adapters'),
  { key: 'freeze_parameters', ...withoutLora('freeze.groups', prefixes) },
  { key: 'freeze_parameters_regex', ...withoutLora('freeze.groups', expression) },
  {
    key: 'freeze_parameters_ratio',
    convert: (ratio, siblings) => (ratio === 0 || (ratio === 1 && hasThawing(siblings)) ? null : undefined),
    advice: 'name what stands still under `freeze.groups`, such as `embeddings` and `layers 0-11`',
  },
  {
    key: 'trainable_parameters',
    ...withoutLora('freeze.trainable_groups', thawed(prefixes)),
    advice: THAWING,
  },
  {
    key: 'trainable_parameters_regex',
    ...withoutLora('freeze.trainable_groups', thawed(expression)),
    advice: THAWING,
  },
  ...answered(
    ANSWERS.nothing,
    `
    freeze_llm freeze_vit freeze_aligner vit_* aligner_lr max_pixels norm_bbox
  `,
  ),
];

const DISTILLATION: readonly PeerKey[] = [
  { key: 'rlhf_type', advice: 'delete it; `self_distill: {}` keeps to a teacher besides the labels' },
  { key: 'teacher_model', ours: 'self_distill', convert: teacherAtOne },
  {
    key: 'sft_alpha',
    ours: 'self_distill.kd_weight',
    convert: (alpha) => (isNumber(alpha) && alpha > 0 ? Number((1 / alpha).toPrecision(12)) : undefined),
    advice: 'write `self_distill.kd_weight`, the weight of the teacher where labels have weight 1',
  },
  {
    key: 'beta',
    convert: forwardOnly,
    advice: 'delete it, the divergence is KL(teacher || model), which is `beta: 0`',
  },
  { key: 'lmbda', convert: onlyZero, advice: ANSWERS.onPolicy },
  { key: 'seq_kd', convert: onlyOff, advice: ANSWERS.onPolicy },
  ...answered(
    'delete it, the teacher is loaded like the model',
    `
    teacher_adapters teacher_model_type teacher_model_revision teacher_deepspeed
  `,
  ),
  ...answered(
    'delete it, the teacher is asked once, before the first step, and is not in memory afterwards',
    'offload_teacher_model gkd_logits_topk teacher_model_server',
  ),
];

const DATA: readonly PeerKey[] = [
  {
    key: 'dataset',
    ours: 'train_file',
    convert: trainFile,
    advice: 'name local files under `train_file`',
    note: 'which names local files: data sets of the hub are downloaded first',
  },
  {
    key: 'val_dataset',
    ours: 'eval_file',
    convert: evalFile,
    advice: 'name one file of rows under `eval_file`',
  },
  { key: 'split_dataset_ratio', convert: onlyZero, advice: ANSWERS.split },
  packs('packing'),
  {
    key: 'loss_scale',
    ours: 'completion_only_loss',
    convert: words({ default: true, all: false }),
    advice: 'write `completion_only_loss`: every answer of a conversation counts alike, or every token',
  },
  ...answered(ANSWERS.column, 'columns'),
  ...answered(
    ANSWERS.template,
    `
    template system use_chat_template agent_template template_backend response_prefix
    tools_prompt
  `,
  ),
  ...answered(
    ANSWERS.loading,
    `
    cached_dataset dataset_num_proc dataset_shuffle val_dataset_shuffle train_dataloader_shuffle
    load_from_cache_file lazy_tokenize shuffle_buffer_size download_mode custom_dataset_info
    custom_register_path strict truncation_strategy padding_side packing_* group_by_length_*
  `,
  ),
  ...answered(ANSWERS.samples, 'interleave_prob stopping_strategy'),
  ...answered(ANSWERS.nothing, 'model_name model_author'),
];

const REST: readonly PeerKey[] = [
  ...called('model_name_or_path', 'model'),
  ...answered(
    'delete it; the model’s folder says of which kind it is',
    'model_type task_type num_labels local_repo_path init_strategy',
  ),
  ...answered(
    'delete it and write the folder, or hub id, of Hugging Face under `model_name_or_path`',
    'use_hf',
  ),
  ...answered(ANSWERS.attention, 'attn_impl rope_scaling max_model_len sequence_parallel_size'),
  ...answered(ANSWERS.quantized, 'quant_method quant_bits hqq_axis'),
  ...answered(ANSWERS.optimizer, 'use_galore galore_* optimizer'),
  ...answered(ANSWERS.otherLoss, 'enable_dft_loss enable_channel_loss router_aux_loss_coef loss_type'),
  ...answered(
    ANSWERS.sharding,
    `
    zero_hpz_partition_size deepspeed_autotp_size use_ray ray_exp_name device_groups
  `,
  ),
  ...answered(ANSWERS.resume, 'resume_only_model'),
  ...answered(ANSWERS.folder, 'add_version create_checkpoint_symlink'),
  ...answered(ANSWERS.tracker, 'swanlab_*'),
  ...answered(ANSWERS.tokens, 'new_special_tokens'),
  ...answered(
    ANSWERS.nothing,
    `
    model_kwargs load_args load_data_args external_plugins ignore_args_error acc_strategy
    eval_use_evalscope max_new_tokens metric
  `,
  ),
];

/** ms-swift (docs: Command-line-parameters; swift/llm/argument). */
export const msSwift: Trainer = {
  name: 'ms-swift',
  extends: huggingFace,
  keys: [...METHOD, ...DISTILLATION, ...DATA, ...REST],
  defaults: (config) => {
    const isFull = TYPE_KEYS.some((key) => config[key] === 'full');
    const batch = isNumber(config.per_device_train_batch_size) ? config.per_device_train_batch_size : 1;
    return {
      learning_rate: isFull ? 1e-5 : 1e-4,
      lr_scheduler_type: 'cosine',
      weight_decay: 0.1,
      adam_beta2: 0.95,
      per_device_train_batch_size: 1,
      // As many as make 16 rows, on one device.
      gradient_accumulation_steps: Math.max(1, Math.ceil(16 / batch)),
      gradient_checkpointing: true,
      ...(config.save_steps === undefined ? {} : { save_strategy: 'steps' }),
      ...(isFull ? {} : { train_type: 'lora', lora_rank: 8, lora_dropout: 0.05 }),
    };
  },
};

function hasThawing(siblings: Readonly<Record<string, unknown>>): boolean {
  return ['trainable_parameters', 'trainable_parameters_regex'].some((key) => siblings[key] != null);
}
