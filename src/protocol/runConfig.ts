import * as z from 'zod';
import { deferred } from './deferred.ts';
import { whatTorchCanDo } from './torchConfig.ts';

/**
 * One run's settings. This one schema gives the TypeScript type, the JSON Schema shipped for completion and hover, the
 * defaults, and the reference page. Names are Hugging Face's (TrainingArguments, TRL's SFTConfig) wherever they have one;
 * blocks are Holdfast's own. `.describe()` is what a user reads on hover.
 */

const positive = (description: string) => z.number().positive().describe(description);
const fraction = (description: string) => z.number().min(0).max(1).describe(description);
const counting = (description: string) => z.number().int().min(1).describe(description);
const path = (description: string) => z.string().min(1).describe(description);

/** One training file and how often its rows appear per epoch: 2 = twice, 0.5 = half of them, another half each epoch. */
export const TrainFileSchema = deferred(() =>
  z.strictObject({
    path: path('Data file.'),
    weight: positive('How often each row appears per epoch.').default(1),
  }),
);

export const ProbeSetSchema = deferred(() =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[\w-]{1,40}$/, 'must be 1 to 40 letters, digits, - or _')
      .describe('Name under which results are shown.'),
    file: path('EntityQuestions or prompt/completion rows.'),
    prompts: z
      .array(z.string().includes('{question}', { message: 'must contain {question}' }))
      .min(1)
      .optional()
      .describe('Wordings the base model is asked under; unlike the wording of the fine-tune.'),
  }),
);

export const ProbesSchema = deferred(() =>
  z.strictObject({
    sets: z
      .union([z.literal('auto'), z.array(ProbeSetSchema)])
      .default('auto')
      .describe('What forgetting is measured on: auto = the shipped general-knowledge set; [] = nothing.'),
    prompts: z
      .array(z.string().includes('{question}', { message: 'must contain {question}' }))
      .min(1)
      .optional()
      .describe('Wordings for every set and for the training rows; without them 4-shot prompts are used.'),
    num_prompts: counting('How many 4-shot prompts a fact must pass to count as known.').default(3),
    num_fewshot: counting('Exemplars per few-shot prompt.').default(4),
    max_facts: counting('At most so many facts of each probe set are asked.').default(1_000),
    max_forgetting: fraction('Above this share of held facts lost: warn and mark.').default(0.05),
    on_exceeded: z.enum(['warn', 'stop']).default('warn').describe('What happens above max_forgetting.'),
  }),
);

/** Self-distillation: besides the labels the model keeps to what a frozen teacher says (LwF; arXiv 2604.15574). */
export const SelfDistillSchema = deferred(() =>
  z.strictObject({
    kd_weight: z
      .number()
      .min(0)
      .default(1)
      .describe(
        'Weight of T^2 KL(teacher || student) beside the cross-entropy; 0: no distillation, the control with the same warm-up.',
      ),
    temperature: positive('Temperature T of both distributions; below 1 sharpens them.').default(0.5),
    positions: z
      .enum(['all', 'completion'])
      .default('all')
      .describe('Where the student keeps to the teacher: every token of a row, or its completion only.'),
    teacher: path(
      'snapshot = the model after a warm-up on facts it knows; base = the untouched model; else the folder, or hub id, of another model.',
    ).default('snapshot'),
    snapshot_epochs: positive('Passes of the warm-up over its rows; at least 20 steps.').default(1),
    snapshot_data: z
      .enum(['known', 'all'])
      .default('known')
      .describe('Rows of the warm-up: those the base model knows (no new fact is learned), or all.'),
  }),
);

/** Which parameters stand still: `groups` do, or everything outside `trainable_groups` does. */
export const FreezeSchema = deferred(() =>
  z.strictObject({
    groups: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'These stand still: embeddings, attention, q, k, v, o, ffn, gate, up, down, norms, lm_head, layers 0-11, or a regular expression over parameter names.',
      ),
    trainable_groups: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Everything else stands still; groups as in `groups`.'),
  }),
);

const whatIsTrained = () => ({
  version: z.literal(1).describe('Version of this file format.'),
  model_name_or_path: path(
    'Folder of the model, in Hugging Face layout: config.json, model.safetensors, tokenizer.json; or its id on the Hugging Face hub.',
  ),
  from_config: z
    .boolean()
    .default(false)
    .describe('Start from random weights made from the folder’s config.json, instead of from its weights.'),
  train_file: z
    .union([path('Data file.'), z.array(TrainFileSchema).min(1)])
    .describe(
      'Rows to train on: prompt/completion, messages, alpaca, sharegpt, text or EntityQuestions; .jsonl or .json.',
    ),
  eval_file: path('Rows whose loss is measured at every evaluation (eval_loss).').optional(),
  prompt_template: z
    .string()
    .includes('{question}', { message: 'must contain {question}' })
    .default('Answer the following question. {question}')
    .describe('How a question is put to the model while fine-tuning.'),
  engine: z
    .enum(['auto', 'torch', 'tfjs'])
    .default('auto')
    .describe(
      'Which engine trains: tfjs needs nothing and is for small Llama and Qwen2 models, torch needs Python; auto picks.',
    ),
  seed: z.number().int().min(0).max(4_294_967_295).default(42).describe('Seed of weights and prompts.'),
  data_seed: z
    .number()
    .int()
    .min(0)
    .max(4_294_967_295)
    .optional()
    .describe('Seed of the row order; default: seed.'),
});

const howLongAndFast = () => ({
  learning_rate: positive('Peak learning rate.').default(5e-5),
  num_train_epochs: positive('Passes over the training rows.').default(3),
  max_steps: z
    .number()
    .int()
    .min(-1)
    .default(-1)
    .describe('Optimizer steps; above 0 it overrides num_train_epochs.'),
  per_device_train_batch_size: counting('Rows per forward pass.').default(8),
  gradient_accumulation_steps: counting('Forward passes per optimizer step.').default(1),
  per_device_eval_batch_size: counting('Rows per forward pass while evaluating.').default(64),
  max_length: counting('Longer rows are cut, in tokens.').default(1_024),
  completion_only_loss: z.boolean().default(true).describe('Count the loss on the completion only.'),
  assistant_only_loss: z
    .boolean()
    .optional()
    .describe(
      'Of conversations, count the loss on what the assistant says only; default: completion_only_loss.',
    ),
  group_by_length: z
    .boolean()
    .default(true)
    .describe('Put rows of like length into one batch, to save padding.'),
});

const howItIsOptimized = () => ({
  optim: z
    .enum(['adamw', 'adamw_8bit'])
    .default('adamw')
    .describe('Optimizer; adamw_8bit keeps its state in 8 bits, with the torch engine and bitsandbytes.'),
  weight_decay: z.number().min(0).default(0).describe('Decoupled weight decay; not on biases and norms.'),
  adam_beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment.'),
  adam_beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the second moment.'),
  adam_epsilon: positive('Added to the root of the second moment.').default(1e-8),
  max_grad_norm: z
    .number()
    .min(0)
    .default(1)
    .describe('Gradients are clipped to this global norm; 0 = never.'),
  lr_scheduler_type: z
    .enum(['linear', 'cosine', 'constant', 'constant_with_warmup'])
    .default('linear')
    .describe('Shape of the learning rate over the run.'),
  warmup_steps: z
    .number()
    .min(0)
    .default(0)
    .describe('Steps of linear warm-up; below 1: share of all steps.'),
});

const whatIsMeasuredAndKept = () => ({
  eval_strategy: z.enum(['no', 'steps', 'epoch']).default('steps').describe('When to evaluate.'),
  eval_steps: positive('Steps between evaluations; below 1: share of all steps.').default(0.05),
  logging_steps: counting('Steps between lines of the loss.').default(1),
  save_strategy: z
    .enum(['no', 'steps', 'epoch', 'best'])
    .default('best')
    .describe('When to keep a checkpoint; the end is always kept.'),
  save_steps: positive('Steps between checkpoints; below 1: share of all steps.').default(500),
  save_total_limit: counting('Keep at most so many checkpoints, the best and the last among them.').default(
    3,
  ),
});

const whatKeepsItFromForgetting = () => ({
  self_distill: SelfDistillSchema.optional().describe(
    'Self-distillation: learn new facts and keep the old answers. {} takes the defaults.',
  ),
  freeze: FreezeSchema.optional().describe('Parameter groups that stand still.'),
  probes: ProbesSchema.prefault({}).describe('What forgetting is measured on.'),
});

export const RunConfigSchema = deferred(() =>
  z.strictObject({
    ...whatIsTrained(),
    ...howLongAndFast(),
    ...howItIsOptimized(),
    ...whatIsMeasuredAndKept(),
    ...whatKeepsItFromForgetting(),
    ...whatTorchCanDo(),
  }),
);

/** A run's settings with every default filled in; paths are absolute. The engine sees nothing else. */
export type RunConfig = z.output<typeof RunConfigSchema>;
/** What a user may write. */
export type RunConfigInput = z.input<typeof RunConfigSchema>;
export type TrainFile = z.output<typeof TrainFileSchema>;
export type ProbeSet = z.output<typeof ProbeSetSchema>;
export type SelfDistill = z.output<typeof SelfDistillSchema>;
export type Freeze = z.output<typeof FreezeSchema>;

/** The training files as a list, however they were written; a single one has weight 1. */
export function trainFiles({ train_file: files }: Pick<RunConfig, 'train_file'>): readonly TrainFile[] {
  return typeof files === 'string' ? [{ path: files, weight: 1 }] : files;
}

/** Whether a `teacher` is one of the words and no folder. */
export function isTeacherWord(teacher: string): teacher is 'snapshot' | 'base' {
  return teacher === 'snapshot' || teacher === 'base';
}

/** Blocks and keys that are planned and refused until they exist, with what to do meanwhile. */
export const RESERVED_KEYS: Readonly<Record<string, string>> = {
  replay: 'replay is not in this version yet',
  ewc: 'elastic weight consolidation is not in this version yet',
  l2: 'the L2 pull is not in this version yet',
};
