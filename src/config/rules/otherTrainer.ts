import { keyRange, type ParsedConfig } from '../parse.ts';
import { recognise } from '../peers/recognise.ts';
import { tellFile } from '../peers/tell.ts';
import { translate } from '../peers/translate.ts';
import { translatedText } from '../peers/translatedText.ts';
import type { Fix } from '../problem.ts';
import { START, type Range } from '../range.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A pasted file is translated faster as a whole than key by key. */
export const otherTrainer = defineRule({
  code: 'config.other-trainer',
  level: 'hint',
  side: 'meaning',
  what: 'The whole file is a config of another trainer: TRL, Axolotl, LLaMA-Factory, ms-swift, torchtune, mlx-lm, DistillKit and others.',
  why: 'Key by key takes long, and some values mean something else here.',
  cure: 'Take the fix, which writes what can be taken over in our words; what has no counterpart is said key by key beforehand.',
  find: ({ parsed: { value }, about }) => {
    // The model is asked about for files of other trainers alone.
    const message =
      value === undefined || recognise(value) === undefined ? undefined : tellFile(value, about.depth());
    return message === undefined ? [] : [message];
  },
  tell: (message, { parsed, about }) => ({
    path: [],
    range: placeOf(parsed),
    message,
    fixes: [wholeFile(parsed, about.depth())],
  }),
});

function placeOf(parsed: ParsedConfig): Range {
  const [first] = Object.keys(parsed.value ?? {});
  return first === undefined ? START : keyRange(parsed, [first]);
}

/** Not certain: comments are lost with the lines that they explained. */
function wholeFile({ text, value = {} }: ParsedConfig, depth: number | undefined): Fix {
  const replacement = translatedText(translate(value, depth), text);
  const range = { ...START, length: text.length };
  return { title: 'Translate the whole file', edits: [{ range, replacement }], isCertain: false };
}

export const examples: Examples = {
  good: [{ text: 'learning_rate: 1.0e-4\n' }, { text: 'lr: 1.0e-4\n' }],
  bad: [
    {
      text: 'base_model: model\nmicro_batch_size: 4\nnum_epochs: 2\nsequence_len: 512\n',
      isWhole: true,
      says: ['This looks like a config of Axolotl: translate it, 4 settings can be taken over.'],
      alsoSays: ['config.unknown-key', 'config.missing-key'],
      fixed:
        'version: 1\nmodel_name_or_path: model\nnum_train_epochs: 2\nper_device_train_batch_size: 4\nmax_length: 512\nlr_scheduler_type: cosine\n',
    },
    // Which layers are the last ones, the model says; the rows have another name there.
    {
      text: 'model_name_or_path: model\nfinetuning_type: freeze\nfreeze_trainable_layers: 1\ndataset: rows.jsonl\n',
      isWhole: true,
      world: { model: {} },
      says: [
        'This looks like a config of LLaMA-Factory: translate it, 3 settings can be taken over, and 1 has no counterpart.',
      ],
      alsoSays: ['config.unknown-key', 'config.missing-key'],
      fixed:
        'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\nmax_length: 2048\nfreeze:\n  trainable_groups:\n    - layers 1-1\ngradient_checkpointing: true\n',
    },
  ],
};
