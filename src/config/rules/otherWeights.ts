import { grouped } from '../../base/format.ts';
import { modelShape } from '../estimate/shape.ts';
import type { ModelFacts } from '../facts.ts';
import { valueRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import { quote } from '../wording.ts';
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
    if (model === undefined || about.config()?.from_config === true || isQuantized(model)) return [];
    const difference = differenceOf(model);
    return difference === undefined ? [] : [difference];
  },
  tell: (difference, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The weights ${difference}: use weights and config.json of one model.`,
  }),
});

/** Packed weights have sizes of their own. */
function isQuantized({ config }: ModelFacts): boolean {
  return isBlock(config) && 'quantization_config' in config;
}

function differenceOf(model: ModelFacts): string | undefined {
  const wanted = modelShape(model, true)?.parameters ?? [];
  const found = new Map(
    model.tensors.map(({ name, shape }) => [name, shape.reduce((product, size) => product * size, 1)]),
  );
  // Weights whose names all begin otherwise are those of a trunk alone, which transformers understands.
  if (!wanted.some(({ name }) => found.has(name))) return undefined;
  const missing = wanted.find(({ name }) => !found.has(name));
  if (missing !== undefined) return `have no tensor ${quote(missing.name)}, which config.json calls for`;
  const other = wanted.find(({ name, size }) => found.get(name) !== size);
  if (other === undefined) return undefined;
  return `hold ${quote(other.name)} with ${grouped(found.get(other.name))} numbers, where config.json makes it ${grouped(other.size)}`;
}

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
