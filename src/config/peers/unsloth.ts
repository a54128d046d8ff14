import { adapterModules, onlyOff } from './convert.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { packs } from './shared.ts';
import { answered, called, type Trainer } from './trainer.ts';

/** Unsloth: arguments of from_pretrained, get_peft_model and train_on_responses_only, as people keep them in files. */
export const unsloth: Trainer = {
  name: 'Unsloth',
  extends: huggingFace,
  keys: [
    ...called('model_name_or_path', 'model_name'),
    ...called('seed', 'random_state'),
    packs('packing'),
    {
      key: 'full_finetuning',
      ours: 'lora',
      convert: (value) => (value === true ? null : value === false ? {} : undefined),
      advice: ANSWERS.adapter,
    },
    {
      key: 'use_gradient_checkpointing',
      ours: 'gradient_checkpointing',
      convert: (value) => (value === 'unsloth' ? true : typeof value === 'boolean' ? value : undefined),
    },
    { key: 'use_rslora', convert: onlyOff, advice: ANSWERS.variant },
    ...answered(ANSWERS.variant, 'loftq_config init_lora_weights modules_to_save'),
    ...answered(
      'name the modules with an adapter under `lora.target_modules`, or without LoRA what moves under `freeze.trainable_groups`, such as `attention`',
      `
    finetune_attention_modules finetune_mlp_modules finetune_language_layers
    finetune_vision_layers
  `,
    ),
    {
      key: 'train_on_responses_only',
      ours: 'assistant_only_loss',
      note: 'or `completion_only_loss` for rows that are no conversations',
    },
    ...answered(
      'delete it, what the assistant says is found by the template of the model’s own tokenizer',
      'instruction_part response_part',
    ),
    { key: 'target_modules', ours: 'lora.target_modules', convert: adapterModules },
    { key: 'r', ours: 'lora.r' },
    { key: 'lora_alpha', ours: 'lora.lora_alpha' },
    { key: 'lora_dropout', ours: 'lora.lora_dropout' },
    ...answered(ANSWERS.variant, 'bias'),
    ...answered(ANSWERS.attention, 'fast_inference max_lora_rank gpu_memory_utilization'),
  ],
};
