import { adapterModules, onlyOff, onlyZero, trainFile, unless, words } from './convert.ts';
import { forwardOnly, teacherAtOne } from './distilling.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { answered, type PeerKey, type Trainer } from './trainer.ts';
import { packs } from './shared.ts';

const withLora = (ours: string, convert?: PeerKey['convert']): Pick<PeerKey, 'ours' | 'convert'> => ({
  ours,
  convert: unless('use_peft', [false, null], convert),
});

const ADAPTER: readonly PeerKey[] = [
  { key: 'use_peft', ours: 'lora', convert: words({ true: {}, false: null }), advice: ANSWERS.adapter },
  { key: 'lora_r', ...withLora('lora.r') },
  { key: 'lora_alpha', ...withLora('lora.lora_alpha') },
  { key: 'lora_dropout', ...withLora('lora.lora_dropout') },
  { key: 'lora_target_modules', ...withLora('lora.target_modules', adapterModules) },
  ...['use_rslora', 'use_dora'].map((key) => ({ key, convert: onlyOff, advice: ANSWERS.variant })),
  ...answered(ANSWERS.variant, 'lora_modules_to_save lora_task_type lora_target_parameters'),
];

/** GKD: on its own texts, at temperature 1 whatever `temperature` says (experimental/gkd). */
const GKD: readonly PeerKey[] = [
  {
    key: 'teacher_model_name_or_path',
    ours: 'self_distill',
    convert: teacherAtOne,
    note: 'where the labels count as well, at weight 1',
  },
  {
    key: 'beta',
    convert: forwardOnly,
    advice: 'delete it, the divergence is KL(teacher || model), which is `beta: 0`',
  },
  { key: 'lmbda', convert: onlyZero, advice: ANSWERS.onPolicy },
  {
    key: 'temperature',
    advice:
      'delete it, there it is how texts are sampled and no temperature of the loss, which is `self_distill.temperature` here and 1 there',
  },
  { key: 'seq_kd', convert: onlyOff, advice: ANSWERS.onPolicy },
  ...answered(ANSWERS.onPolicy, 'max_new_tokens max_completion_length num_generations use_vllm vllm_*'),
  ...answered(
    'delete it, the teacher is loaded like the model',
    'teacher_model_init_kwargs teacher_model_revision',
  ),
  ...answered(ANSWERS.always, 'disable_dropout use_fused_linear_loss'),
];

const SDFT_ANSWER =
  'delete it: SDFT of TRL is another method, in which the model learns from its own answers to prompts with a hint; `self_distill: {}` keeps to what a frozen copy says of the rows';

/** SDFT (arXiv 2601.19897) shares no more than its name with what is done here. */
const SDFT: readonly PeerKey[] = answered(
  SDFT_ANSWER,
  `
    distillation_* teacher_model_kind teacher_update_rate teacher_sync_steps
    teacher_prompt_template generate_from_teacher num_loss_tokens_to_skip
  `,
);

const SFT: readonly PeerKey[] = [
  ...answered(ANSWERS.column, 'dataset_text_field formatting_func'),
  ...answered(
    ANSWERS.loading,
    `
    dataset_num_proc dataset_kwargs dataset_batch_size dataset_streaming shuffle_dataset
    skip_prepare_dataset pad_to_multiple_of truncation_mode
  `,
  ),
  ...answered(
    'delete it and name the file of the wanted part under `train_file` or `eval_file`',
    `
    dataset_config dataset_config_name dataset_train_split dataset_test_split
  `,
  ),
  { key: 'datasets', ours: 'train_file', convert: trainFile, note: 'which names local files' },
  packs('packing'),
  { key: 'test_split_size', convert: onlyZero, advice: ANSWERS.split },
  ...answered(
    'delete it; `padding_free` lays the rows of a batch end to end',
    'packing_strategy eval_packing',
  ),
  { key: 'loss_type', convert: words({ nll: null, chunked_nll: null }), advice: ANSWERS.otherLoss },
  ...answered(ANSWERS.tokens, 'eos_token pad_token add_special_tokens'),
  ...answered(ANSWERS.template, 'chat_template_path chat_template'),
  {
    key: 'activation_offloading',
    convert: onlyOff,
    advice: 'write `gradient_checkpointing: true` to save that memory',
  },
  ...answered(
    'delete it; `trust_remote_code` and `bf16` are all that is asked of loading',
    'model_init_kwargs',
  ),
  ...answered(ANSWERS.nothing, 'ignore_bias_buffers gradient_checkpointing_use_reentrant'),
  ...answered('delete it and set them in the environment that starts Holdfast', 'env'),
];

/** TRL: SFTConfig, ModelConfig, ScriptArguments, GKDConfig, SDFTConfig. */
export const trl: Trainer = {
  name: 'TRL',
  extends: huggingFace,
  keys: [...ADAPTER, ...SFT, ...GKD, ...SDFT],
  defaults: (config) => ({
    learning_rate: 2e-5,
    gradient_checkpointing: true,
    ...(config.save_steps === undefined ? {} : { save_strategy: 'steps' }),
    ...(config.use_peft === true ? { lora_dropout: 0.05 } : {}),
  }),
};
