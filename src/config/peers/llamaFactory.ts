import {
  adapterModules,
  evalFile,
  inverted,
  isNumber,
  onlyOff,
  onlyZero,
  trainFile,
  unless,
  words,
  type Convert,
} from './convert.ts';
import { asft } from './distilling.ts';
import { adapter, trainableLayers } from './freezing.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, type PeerKey, type Trainer } from './trainer.ts';
import { packs, trainsOnPrompts } from './shared.ts';

const withLora = (ours: string, convert?: Convert): Pick<PeerKey, 'ours' | 'convert'> => ({
  ours,
  convert: unless('finetuning_type', ['full', 'freeze'], convert),
});

const METHOD: readonly PeerKey[] = [
  {
    key: 'stage',
    convert: words({ sft: null, pt: null }),
    advice: 'delete it, a run learns the rows of its data file and nothing is rewarded or preferred',
  },
  {
    key: 'finetuning_type',
    ours: 'lora',
    convert: adapter,
    advice:
      'write `lora: {}` for adapters, a `freeze` block with `trainable_groups: [layers 30-31]` for freeze tuning, or delete it to train all weights',
  },
  { key: 'lora_rank', ...withLora('lora.r') },
  { key: 'lora_alpha', ...withLora('lora.lora_alpha') },
  { key: 'lora_dropout', ...withLora('lora.lora_dropout') },
  { key: 'lora_target', ...withLora('lora.target_modules', adapterModules) },
  ...['use_rslora', 'use_dora', 'pissa_init', 'use_unsloth'].map((key) => ({
    key,
    convert: onlyOff,
    advice: ANSWERS.variant,
  })),
  ...answered(
    ANSWERS.variant,
    `
    additional_target loraplus_* pissa_* oft_* module_dropout create_new_adapter
  `,
  ),
  ...answered(
    'delete it; an adapter that was trained elsewhere is merged into the model first',
    'adapter_name_or_path adapter_folder',
  ),
  {
    key: 'freeze_trainable_layers',
    ours: 'freeze.trainable_groups',
    convert: unless('finetuning_type', ['full', 'lora'], trainableLayers),
    advice: ANSWERS.lastLayers,
  },
  {
    key: 'freeze_trainable_modules',
    partOf: 'freeze_trainable_layers',
    convert: words({ all: null }),
    advice: ANSWERS.freezing,
  },
  { key: 'freeze_extra_modules', partOf: 'freeze_trainable_layers', advice: ANSWERS.freezing },
  {
    key: 'use_llama_pro',
    convert: onlyOff,
    advice: 'delete it and name the added layers under `freeze.trainable_groups`',
  },
  ...answered(
    ANSWERS.nothing,
    `
    freeze_vision_tower freeze_multi_modal_projector freeze_language_model train_mm_proj_only
  `,
  ),
];

const LOSS: readonly PeerKey[] = [
  {
    key: 'use_asft_loss',
    ours: 'self_distill',
    convert: asft,
    note: 'beside plain cross-entropy, where ASFT lets tokens that are sure already count more',
  },
  { key: 'asft_alpha', ours: 'self_distill.kd_weight', note: 'with `self_distill.temperature: 1`' },
  { key: 'ref_model', ours: 'self_distill.teacher' },
  ...answered(
    'delete it, the teacher is loaded like the model',
    'ref_model_adapters ref_model_quantization_bit',
  ),
  ...['use_dft_loss', 'use_eaft_loss'].map((key) => ({ key, convert: onlyOff, advice: ANSWERS.otherLoss })),
  ...answered(
    ANSWERS.otherLoss,
    `
    eaft_alpha pref_* dpo_label_smoothing kto_* simpo_gamma reward_model* ppo_* ld_alpha
    moe_aux_loss_coef
  `,
  ),
];

const NAMES_NOTE = 'which names files: what dataset_info.json calls a data set is not looked up';

const DATA: readonly PeerKey[] = [
  {
    key: 'dataset',
    ours: 'train_file',
    convert: trainFile,
    note: NAMES_NOTE,
    advice: 'name local files under `train_file`',
  },
  {
    key: 'eval_dataset',
    ours: 'eval_file',
    convert: evalFile,
    note: NAMES_NOTE,
    advice: 'name one file of rows under `eval_file`',
  },
  ...answered(
    'delete it and write the path of each file under `train_file`',
    'dataset_dir media_dir tokenized_path',
  ),
  { key: 'val_size', convert: onlyZero, advice: ANSWERS.split },
  ...called('max_length', 'cutoff_len'),
  trainsOnPrompts('train_on_prompt'),
  { key: 'mask_history', convert: onlyOff, advice: 'delete it, every answer of a conversation counts' },
  packs('packing'),
  packs('neat_packing'),
  ...answered(ANSWERS.samples, 'max_samples mix_strategy interleave_probs eval_num_samples'),
  ...answered(
    ANSWERS.template,
    `
    template default_system tool_format enable_thinking replace_jinja_template replace_text
  `,
  ),
  ...answered(
    ANSWERS.loading,
    `
    buffer_size preprocessing_batch_size ignore_pad_token_for_loss data_shared_file_system
    eval_on_each_dataset image_* video_* audio_*
  `,
  ),
];

const REST: readonly PeerKey[] = [
  { key: 'pure_bf16', ours: 'bf16', note: 'with masters of what moves in float32' },
  { key: 'disable_gradient_checkpointing', ours: 'gradient_checkpointing', convert: inverted },
  ...answered(
    'delete it, `gradient_checkpointing` has no settings of its own',
    'use_reentrant_gc use_unsloth_gc',
  ),
  { key: 'train_from_scratch', ours: 'from_config' },
  ...answered(
    ANSWERS.attention,
    `
    flash_attn shift_attn enable_liger_kernel rope_scaling use_v1_kernels mixture_of_depths
  `,
  ),
  ...answered(ANSWERS.fixedPrecision, 'upcast_layernorm upcast_lmhead_output fp8_*'),
  {
    key: 'quantization_bit',
    convert: (value) => (isNumber(value) ? undefined : null),
    advice: ANSWERS.quantized,
  },
  ...answered(ANSWERS.quantized, 'quantization_* double_quantization'),
  ...answered(
    ANSWERS.optimizer,
    `
    use_galore galore_* use_apollo apollo_* use_badam badam_* use_adam_mini use_muon
  `,
  ),
  ...answered(ANSWERS.tracker, 'use_swanlab swanlab_* trackio_space_id project'),
  ...answered(
    'delete it, the run’s panel draws the curves',
    `
    plot_loss compute_accuracy include_effective_tokens_per_second print_param_status
    disable_shuffling early_stopping_steps
  `,
  ),
  ...answered(
    ANSWERS.tokens,
    `
    resize_vocab split_special_tokens add_tokens add_special_tokens new_special_tokens_config
    init_special_tokens
  `,
  ),
  ...answered(ANSWERS.token, 'ms_hub_token om_hub_token'),
  ...answered(ANSWERS.sharding, 'ray_* sequence_parallel_size context_parallel_size'),
  ...answered(
    ANSWERS.nothing,
    `
    infer_* vllm_* export_* use_kv_cache offload_folder generation_* do_sample eval_num_beams
  `,
  ),
];

/** LLaMA-Factory (src/llamafactory/hparams). */
export const llamaFactory: Trainer = {
  name: 'LLaMA-Factory',
  extends: huggingFace,
  keys: [...METHOD, ...LOSS, ...DATA, ...REST],
  defaults: (config) => ({
    cutoff_len: 2048,
    disable_gradient_checkpointing: false,
    ...(config.save_steps === undefined ? {} : { save_strategy: 'steps' }),
    ...loraDefaults(config),
  }),
};

/** LoRA of rank 8, scaled by 2, is what happens unless another `finetuning_type` is asked for. */
function loraDefaults({
  finetuning_type: type = 'lora',
  lora_rank: rank = 8,
}: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (type !== 'lora') return {};
  return { finetuning_type: 'lora', lora_rank: rank, ...(isNumber(rank) ? { lora_alpha: 2 * rank } : {}) };
}
