import { expect, test } from 'vitest';
import { modelShape, parameterCount } from '../../../src/config/estimate/shape.ts';
import { readArchitecture } from '../../../src/engines/tfjs/model/architecture.ts';
import { elementCount, parameterSpecs } from '../../../src/engines/tfjs/model/parameters.ts';
import { LAB, QWEN, shapeOf } from './questions.ts';

const fullLab = { ...LAB, architectures: ['LlamaForCausalLM'] };

test.each([
  ['the lab model', fullLab],
  ['Qwen2.5-1.5B', QWEN],
  ['a head of its own', { ...fullLab, tie_word_embeddings: false }],
  ['grouped queries', { ...fullLab, num_key_value_heads: 2, head_dim: 64 }],
  ['biases', { ...fullLab, attention_bias: true, mlp_bias: true }],
])('from config.json alone, parameters are those that the engine makes: %s', (_name, json) => {
  const wanted = parameterSpecs(readArchitecture(json, 'model'));
  const { parameters } = shapeOf(json);
  expect(parameters.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
  expect(parameters.map(({ size }) => size)).toEqual(wanted.map(({ shape }) => elementCount(shape)));
});

test('known models have the sizes they are known for', () => {
  expect(parameterCount(shapeOf(QWEN).parameters)).toBe(1_543_714_304);
  expect(shapeOf(QWEN)).toMatchObject({ head_dim: 128, num_key_value_heads: 2, tied: true });
});

const tensors = [
  { name: 'model.embed_tokens.weight', shape: [2_048, 128], dtype: 'F32' },
  { name: 'model.layers.0.self_attn.q_proj.weight', shape: [128, 128], dtype: 'F32' },
  { name: 'model.layers.0.self_attn.rotary_emb.inv_freq', shape: [16], dtype: 'F32' },
  { name: 'lm_head.weight', shape: [2_048, 128], dtype: 'F32' },
];

test('weights say more than config.json, but for tables and a head that is tied', () => {
  const names = (json: unknown): string[] | undefined =>
    modelShape({ config: json, tensors })?.parameters.map(({ name }) => name);
  expect(names(LAB)).toEqual([tensors[0]?.name, tensors[1]?.name]);
  expect(names({ ...LAB, tie_word_embeddings: false })).toEqual([
    tensors[0]?.name,
    tensors[1]?.name,
    'lm_head.weight',
  ]);
  expect(
    modelShape({ config: { ...LAB, tie_word_embeddings: false }, tensors: tensors.slice(0, 2) })?.tied,
  ).toBe(true);
});

test('random weights are made from config.json, whatever the folder holds', () => {
  expect(modelShape({ config: LAB, tensors }, true)).toEqual(shapeOf(LAB));
});

test.each([
  [
    'GPT-2',
    { model_type: 'gpt2', n_embd: 768, n_layer: 12, n_head: 12, vocab_size: 50_257 },
    { intermediate_size: 3_072, tied: true },
  ],
  [
    'the text of a model of images',
    { model_type: 'gemma3', text_config: { ...LAB, model_type: 'gemma3_text' } },
    { hidden_size: 128 },
  ],
])('%s has the same sizes under other names', (_name, config, wanted) => {
  expect(modelShape({ config, tensors: tensors.slice(0, 2) })).toMatchObject(wanted);
});

test.each([
  undefined,
  null,
  'text',
  [],
  {},
  { ...LAB, hidden_size: 'large' },
  { ...LAB, num_hidden_layers: -1 },
  { ...LAB, vocab_size: Number.NaN },
  { text_config: 7 },
  // Of an architecture that nobody knows the names of, only weights could tell.
  { ...LAB, model_type: 'gpt2' },
])('an odd config.json says nothing: %j', (config) => {
  expect(modelShape({ config, tensors: [] })).toBeUndefined();
});
