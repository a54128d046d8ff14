import { resolvePath } from '../files.ts';
import { valueRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const FILES = ['model.safetensors', 'model.safetensors.index.json'];

/** Pickles run code when they are loaded, so that no engine opens one. */
export const noWeights = defineRule({
  code: 'model.no-weights',
  level: 'error',
  side: 'meaning',
  what: 'The folder of the model holds no weights in safetensors format, or weights that cannot be read.',
  why: 'The run would stop at once: pickled weights (.bin, .pt) can run code when they are loaded, and are refused.',
  cure: 'Save the model with `save_pretrained(..., safe_serialization=True)`, take a revision with model.safetensors, or write `from_config: true` to start from random weights.',
  find: ({ about, files }) => {
    const [model, folder] = [about.model(), about.modelFolder()];
    if (model === undefined || folder === undefined || !isBlock(model.config)) return [];
    if (about.config()?.from_config === true || model.tensors.length > 0) return [];
    return [{ folder, isThere: FILES.some((name) => files.kind(resolvePath(folder, name)) === 'file') }];
  },
  tell: ({ folder, isThere }, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: isThere
      ? `The weights in ${quote(folder)} cannot be read: copy or download them again.`
      : `${quote(folder)} has no model.safetensors: save the model with \`safe_serialization=True\`, or write \`from_config: true\` to start from random weights.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {} } },
    { text: 'from_config: true\n', world: { model: { tensors: [] } } },
    { text: 'seed: 1\n' },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: { tensors: [] } },
      says: [
        '`/home/ada/study/model` has no model.safetensors: save the model with `safe_serialization=True`, or write `from_config: true` to start from random weights.',
      ],
    },
    {
      text: 'seed: 1\n',
      world: { model: { tensors: [] }, files: { 'model/model.safetensors': 'file' } },
      says: ['The weights in `/home/ada/study/model` cannot be read: copy or download them again.'],
    },
  ],
};
