import { valueRange } from '../parse.ts';
import { weightsDifference } from '../weightsDifference.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Only architectures whose parameters are known by name can be compared; the engines compare all. */
export const otherWeights = defineRule({
  code: 'model.other-weights',
  level: 'error',
  side: 'meaning',
  what: 'The weights lack a tensor that config.json calls for, or have one of another size.',
  why: 'The run would stop at once: weights and config.json are of two models, or a part of the weights is missing.',
  cure: 'Use weights and config.json of one model; copy or download them again.',
  find: ({ about }) => {
    const model = about.model();
    if (model === undefined || about.config()?.from_config === true) return [];
    const difference = weightsDifference(model);
    return difference === undefined ? [] : [difference];
  },
  tell: (difference, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The weights ${difference}: use weights and config.json of one model.`,
  }),
});

const LLAMA = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: 500,
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  tie_word_embeddings: true,
};

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {} } },
    { text: 'engine: torch\n', world: { model: { config: { model_type: 'mine' } } } },
    { text: 'from_config: true\n', world: { model: { config: { ...LLAMA, vocab_size: 1_000 } } } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: { config: { ...LLAMA, tie_word_embeddings: false } } },
      says: [
        'The weights have no tensor `lm_head.weight`, which config.json calls for: use weights and config.json of one model.',
      ],
    },
    {
      text: 'seed: 1\n',
      world: { model: { config: { ...LLAMA, vocab_size: 1_000 } } },
      says: [
        'The weights hold `model.embed_tokens.weight` with 32,000 numbers, where config.json makes it 64,000: use weights and config.json of one model.',
      ],
    },
  ],
};
