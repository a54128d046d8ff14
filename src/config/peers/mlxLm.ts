import { isBlock } from '../path.ts';
import {
  adapterModules,
  bothBetas,
  isNumber,
  numberBeside,
  optimizer,
  savedEvery,
  schedule,
  tidy,
  words,
  type Convert,
} from './convert.ts';
import { lastLayers } from './freezing.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, inBlock, type PeerKey, type Trainer } from './trainer.ts';

/** A folder with train.jsonl and valid.jsonl. */
const folderOfRows: Convert = (value) => {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/\.jsonl?$/.test(value)) return { train_file: value };
  const folder = value.endsWith('/') ? value.slice(0, -1) : value;
  return { train_file: `${folder}/train.jsonl`, eval_file: `${folder}/valid.jsonl` };
};

/** Adapters are scaled by `scale` itself there, by lora_alpha / r here. */
const scaleToAlpha: Convert = (scale, siblings) => {
  const rank = numberBeside(siblings, 'rank', 8);
  return isNumber(scale) && rank !== undefined ? tidy(scale * rank) : undefined;
};

/** Of a schedule the first argument, which it starts from and which overrides `learning_rate`. */
const peakOf: Convert = (rate, { lr_schedule: chosen }) => {
  const first: unknown = isBlock(chosen) && Array.isArray(chosen.arguments) ? chosen.arguments[0] : undefined;
  return isNumber(first) ? first : rate;
};

const ADAPTER: readonly PeerKey[] = [
  { key: 'fine_tune_type', ours: 'lora', convert: words({ lora: {}, full: null }), advice: ANSWERS.adapter },
  {
    key: 'num_layers',
    ours: '',
    convert: lastLayers,
    advice:
      'delete it, all layers get an adapter; without LoRA name those that move under `freeze.trainable_groups`, such as `layers 12-27` for the last 16 of 28',
  },
  ...inBlock('lora_parameters', [
    ...called('lora.r', 'rank'),
    { key: 'scale', ours: 'lora.lora_alpha', convert: scaleToAlpha },
    { key: 'alpha', ours: 'lora.lora_alpha' },
    ...called('lora.lora_dropout', 'dropout'),
    { key: 'keys', ours: 'lora.target_modules', convert: adapterModules },
  ]),
  ...answered(
    'delete it; an adapter that was trained elsewhere is merged into the model first',
    'resume_adapter_file',
  ),
];

const SCHEDULE: readonly PeerKey[] = inBlock('lr_schedule', [
  { key: 'name', ours: 'lr_scheduler_type', convert: schedule, advice: ANSWERS.schedule },
  ...called('warmup_steps', 'warmup'),
  {
    key: 'arguments',
    ours: 'learning_rate',
    convert: (value) => (Array.isArray(value) && isNumber(value[0]) ? value[0] : undefined),
    advice: 'write the highest learning rate under `learning_rate`',
    note: 'and ends at 0 with the last step',
  },
  ...answered('delete it, a warm-up begins at 0', 'warmup_init'),
]);

const OPTIMIZER: readonly PeerKey[] = [
  { key: 'optimizer', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
  ...['adam', 'adamw'].flatMap((name) =>
    inBlock(`optimizer_config.${name}`, [
      { key: 'betas', ours: '', convert: bothBetas },
      ...called('adam_epsilon', 'eps'),
      ...called('weight_decay', 'weight_decay'),
      ...answered(ANSWERS.always, 'bias_correction'),
    ]),
  ),
];

/** mlx-lm (mlx_lm/lora.py, mlx_lm/examples/lora_config.yaml). */
export const mlxLm: Trainer = {
  name: 'mlx-lm',
  keys: [
    ...called('model_name_or_path', 'model'),
    { key: 'data', ours: '', convert: folderOfRows },
    { key: 'learning_rate', ours: 'learning_rate', convert: peakOf },
    ...called('max_steps', 'iters'),
    ...called('per_device_train_batch_size', 'batch_size'),
    { key: 'grad_accumulation_steps', ours: 'gradient_accumulation_steps' },
    ...called('max_length', 'max_seq_length'),
    ...called('gradient_checkpointing', 'grad_checkpoint'),
    ...called('completion_only_loss', 'mask_prompt'),
    ...called('logging_steps', 'steps_per_report'),
    ...called('eval_steps', 'steps_per_eval'),
    { key: 'save_every', ours: '', convert: savedEvery },
    ...ADAPTER,
    ...OPTIMIZER,
    ...SCHEDULE,
    { key: 'train', convert: words({ true: null }), advice: 'delete it, a run always trains' },
    ...answered(
      'delete it; `eval_file` names the rows whose loss is measured, all of them',
      'test test_batches val_batches',
    ),
    ...answered(ANSWERS.folder, 'adapter_path'),
    {
      key: 'wandb',
      ours: 'report_to',
      convert: (value) => (typeof value === 'string' ? ['wandb'] : undefined),
      advice: ANSWERS.reports,
    },
    {
      key: 'report_to',
      ours: 'report_to',
      convert: (value) => (typeof value === 'string' ? value.split(',') : undefined),
    },
    ...answered(ANSWERS.reports, 'project_name'),
    { key: 'training_mode', convert: words({ normal: null }), advice: ANSWERS.otherLoss },
    ...answered('name a file with the rows under `train_file`', 'hf_dataset'),
    ...answered(ANSWERS.column, 'prompt_feature completion_feature chat_feature text_feature'),
    ...answered(ANSWERS.nothing, 'config'),
  ],
  defaults: (config) => ({
    iters: 1000,
    batch_size: 4,
    learning_rate: 1e-5,
    max_seq_length: 2048,
    mask_prompt: false,
    seed: 0,
    ...(config.lr_schedule === undefined ? { lr_schedule: { name: 'constant' } } : {}),
    ...(config.fine_tune_type === undefined ? { fine_tune_type: 'lora' } : {}),
    ...(config.fine_tune_type === 'full' ? { num_layers: 16 } : {}),
  }),
};
