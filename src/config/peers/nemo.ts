import { bothBetas, evalFile, optimizer, precision, savedEvery, trainFile } from './convert.ts';
import { ratioToWeight, teacherOfLabels } from './distilling.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, inBlock, type Trainer } from './trainer.ts';

const TARGET = 'delete it; the model’s folder says which classes it needs';

/** NeMo Automodel (examples/llm_kd, components/loss/kd_loss.py); its keys of the first level are known to no other trainer. */
export const nemo: Trainer = {
  name: 'NeMo Automodel',
  keys: [
    ...inBlock('step_scheduler', [
      ...called('num_train_epochs', 'num_epochs'),
      ...called('max_steps', 'max_steps'),
      ...called('per_device_train_batch_size', 'local_batch_size'),
      ...called('eval_steps', 'val_every_steps'),
      { key: 'ckpt_every_steps', ours: '', convert: savedEvery },
      ...answered(
        'write `gradient_accumulation_steps`: `global_batch_size` is that times `per_device_train_batch_size` times the devices',
        'global_batch_size',
      ),
    ]),
    ...inBlock('rng', [...called('seed', 'seed'), ...answered(ANSWERS.always, '_target_ ranked')]),
    ...inBlock('model', [
      ...called('model_name_or_path', 'pretrained_model_name_or_path'),
      { key: 'torch_dtype', ours: 'bf16', convert: precision, advice: ANSWERS.precision },
      ...answered(TARGET, '_target_ use_liger_kernel attn_implementation'),
    ]),
    ...inBlock('teacher_model', [
      { key: 'pretrained_model_name_or_path', ours: 'self_distill', convert: teacherOfLabels },
      ...answered('delete it, the teacher is loaded like the model', '_target_ torch_dtype'),
    ]),
    {
      key: 'kd_ratio',
      ours: 'self_distill.kd_weight',
      convert: ratioToWeight,
      advice: 'write a ratio below 1: labels must count as well',
    },
    ...inBlock('kd_loss_fn', [
      ...called('self_distill.temperature', 'temperature'),
      ...answered(ANSWERS.always, '_target_ ignore_index fp32_upcast chunk_size'),
    ]),
    ...inBlock('optimizer', [
      { key: '_target_', ours: 'optim', convert: optimizer, advice: ANSWERS.optimizer },
      ...called('learning_rate', 'lr'),
      ...called('weight_decay', 'weight_decay'),
      ...called('adam_epsilon', 'eps'),
      { key: 'betas', ours: '', convert: bothBetas },
    ]),
    ...inBlock('peft', [
      ...called('lora.r', 'dim'),
      ...called('lora.lora_alpha', 'alpha'),
      ...called('lora.lora_dropout', 'dropout'),
      ...called('lora.target_modules', 'target_modules'),
      ...answered(ANSWERS.variant, '_target_ match_all_linear use_triton exclude_modules'),
    ]),
    ...inBlock('dataset', [
      { key: 'path_or_dataset_id', ours: 'train_file', convert: trainFile },
      {
        key: 'dataset_name',
        ours: 'train_file',
        convert: trainFile,
        note: 'which names a local file: data sets of the hub are downloaded first',
      },
      ...answered('name the file with the rows under `train_file`', '_target_'),
    ]),
    ...inBlock('validation_dataset', [
      { key: 'path_or_dataset_id', ours: 'eval_file', convert: evalFile },
      { key: 'dataset_name', ours: 'eval_file', convert: evalFile },
      ...answered('name the file with the rows under `eval_file`', '_target_ split'),
    ]),
    ...answered(ANSWERS.sharding, 'distributed dist_env'),
    ...answered(ANSWERS.loading, 'dataloader validation_dataloader packed_sequence'),
    ...answered(ANSWERS.folder, 'checkpoint'),
    ...answered(ANSWERS.always, 'recipe loss_fn'),
  ],
  defaults: (config) => (config.kd_ratio === undefined ? {} : { kd_loss_fn: { temperature: 1 } }),
};
