import { evalFile, trainFile } from './convert.ts';
import { distillKitLosses } from './distilling.ts';
import { expression, modules } from './freezing.ts';
import { huggingFace } from './huggingFace.ts';
import { ANSWERS } from './phrases.ts';
import { answered, called, inBlock, type Trainer } from './trainer.ts';
import { trl } from './trl.ts';
import { keysAt } from '../schemaAt.ts';
import { namesIn } from './convert.ts';

const NAME_NOTE = 'which names a local file: data sets of the hub are downloaded first';
const STORED =
  'write the folder, or hub id, of the teacher under `self_distill.teacher`: what it says is computed once and kept by the run itself';

/** DistillKit (distillkit/configuration.py); what it hands on to TRL stands in a block of its own. */
export const distillKit: Trainer = {
  name: 'DistillKit',
  keys: [
    ...called('model_name_or_path', 'model'),
    ...called('max_length', 'sequence_length'),
    ...inBlock('dataset', [
      {
        key: 'train_dataset',
        ours: 'train_file',
        convert: (value, siblings) => trainFile([value], siblings),
        note: NAME_NOTE,
      },
      {
        key: 'eval_dataset',
        ours: 'eval_file',
        convert: (value, siblings) => evalFile([value], siblings),
        note: NAME_NOTE,
      },
      ...called('data_seed', 'seed'),
      ...answered(ANSWERS.samples, 'num_samples num_eval_samples'),
      ...answered(ANSWERS.loading, 'prepared_dataset_path prepacked eos_label_token_ids'),
    ]),
    ...inBlock('teacher', [
      ...called('self_distill.teacher', 'path'),
      { key: 'kind', convert: (value) => (value === 'hf' ? null : undefined), advice: STORED },
      ...answered(
        'delete it, the teacher is loaded like the model and asked for all tokens of the vocabulary',
        'kwargs top_k',
      ),
      ...answered(
        STORED,
        `
    logprob_compressor legacy_logit_compression base_url api_key model timeout max_retries
    cache_path
  `,
      ),
    ]),
    {
      key: 'loss_functions',
      ours: 'self_distill',
      convert: distillKitLosses,
      advice:
        'write `self_distill: {kd_weight: 1, temperature: 1}`: beside the labels there is one divergence, KL(teacher || model)',
    },
    { key: 'frozen_modules', ours: 'freeze.groups', convert: modules },
    {
      key: 'frozen_res',
      ours: 'freeze.groups',
      convert: (value) => namesIn(Array.isArray(value) ? value : [value]) ?? expression(value, {}),
    },
    ...inBlock('training_args', [
      ...trl.keys,
      ...huggingFace.keys,
      ...(keysAt([]) ?? []).filter((key) => key !== 'version').map((key) => ({ key, ours: key })),
    ]),
    ...answered(ANSWERS.folder, 'output_path project_name'),
    ...answered(ANSWERS.attention, 'use_flash_attention functionary_packing'),
    ...answered(
      'delete it, the teacher is followed in what it says, not in its hidden states',
      'layer_mapping force_hidden_state_projection',
    ),
    ...answered(ANSWERS.tokens, 'resize_embeddings_to_multiple_of'),
    ...answered('delete it; the model’s folder says which classes it needs', 'model_kwargs model_auto_class'),
  ],
  defaults: (config) => ({
    loss_functions: [
      { function: 'cross_entropy', weight: 0.5 },
      { function: 'kl', weight: 0.5, temperature: 1 },
    ],
    ...trainingDefaults(config.training_args),
  }),
};

/** TRL's, which are not the same as ours. */
function trainingDefaults(written: unknown): Record<string, unknown> {
  const settings = typeof written === 'object' && written !== null ? written : {};
  return { training_args: { learning_rate: 2e-5, gradient_checkpointing: true, ...settings } };
}
