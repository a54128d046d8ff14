import { grouped } from '../../base/format.ts';
import type { ModelFacts } from '../facts.ts';
import { valueRange } from '../parse.ts';
import { isBlock, valueAt } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A vocabulary may be padded beyond its tokenizer's, never smaller. */
export const vocabularyMismatch = defineRule({
  code: 'tokens.vocabulary-mismatch',
  level: 'error',
  side: 'meaning',
  what: 'The tokenizer has tokens that the model has no embedding for.',
  why: 'Such a token has no row in the embeddings: both engines refuse the pair, because tokenizer and weights are of two models, or tokens were added without resizing the embeddings.',
  cure: 'Use tokenizer and weights of one model; after adding tokens, call `resize_token_embeddings` and save the model again.',
  find: ({ about }) => {
    const model = about.model();
    const [tokens, rows] = [model?.tokenizer.size, model && embeddedTokens(model)];
    return tokens !== undefined && rows !== undefined && tokens > rows ? [{ tokens, rows }] : [];
  },
  tell: ({ tokens, rows }, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The tokenizer of this model has ${grouped(tokens)} tokens, its embeddings ${grouped(rows)}: use the tokenizer that came with the model, or resize the embeddings and save it again.`,
  }),
});

function embeddedTokens({ config }: ModelFacts): number | undefined {
  const decoder = isBlock(config) && isBlock(config.text_config) ? config.text_config : config;
  const size = valueAt(decoder, ['vocab_size']);
  return typeof size === 'number' ? size : undefined;
}

const sized = (size: number | undefined) => ({ model: { tokenizer: { size, has_chat_template: false } } });

export const examples: Examples = {
  good: [
    { text: '', world: sized(500) },
    // Padded, as most are.
    { text: '', world: sized(489) },
    { text: '', world: sized(undefined) },
    {
      text: '',
      world: { model: { tokenizer: { size: 9_999, has_chat_template: false }, config: undefined } },
    },
  ],
  bad: [
    {
      text: '',
      world: sized(1_505),
      says: [
        'The tokenizer of this model has 1,505 tokens, its embeddings 500: use the tokenizer that came with the model, or resize the embeddings and save it again.',
      ],
    },
  ],
};
