import { cpSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MODELS = join(ROOT, 'test', 'fixtures', 'models');

test('the small model that ships is told as it is', async () => {
  const folder = join(ROOT, 'examples', 'lab', 'base');
  const facts = await answerTo('model', { folder });
  expect(facts).toMatchObject({
    config: { model_type: 'llama', hidden_size: 128, num_hidden_layers: 4 },
    bytes: statSync(join(folder, 'model.safetensors')).size,
    tokenizer: { size: 2_048, has_chat_template: false },
  });
  const numbers = facts?.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(numbers).toBe(1_053_824);
  expect(facts?.tensors).toContainEqual({
    name: 'model.embed_tokens.weight',
    shape: [2_048, 128],
    dtype: 'F32',
  });
});

describe('a model in shards', () => {
  const folder = join(scratch(), 'model');
  cpSync(join(MODELS, 'tiny-llama-sharded'), folder, { recursive: true });

  test('has the tensors of all of them', async () => {
    const byName = (tensors: readonly { readonly name: string }[] = []): unknown[] =>
      tensors.map((tensor) => tensor).sort((one, other) => (one.name < other.name ? -1 : 1));
    const [whole, parts] = [
      await answerTo('model', { folder: join(MODELS, 'tiny-llama') }),
      await answerTo('model', { folder }),
    ];
    expect(parts?.tensors.length).toBeGreaterThan(5);
    expect(byName(parts?.tensors)).toEqual(byName(whole?.tensors));
  });

  test('has none where one is damaged', async () => {
    truncateSync(join(folder, 'model-00002-of-00003.safetensors'), 20);
    const facts = await answerTo('model', { folder });
    expect(facts?.tensors).toEqual([]);
    expect(facts?.bytes).toBeGreaterThan(0);
  });
});

test('a chat template is noticed', async () => {
  const folder = join(scratch(), 'model');
  cpSync(join(MODELS, 'tiny-llama'), folder, { recursive: true });
  writeFileSync(join(folder, 'chat_template.jinja'), '{{ messages }}');
  expect((await answerTo('model', { folder }))?.tokenizer.has_chat_template).toBe(true);
});

describe('a folder', () => {
  test('with a config.json alone is a model without weights', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'config.json'), '{"model_type": "qwen2"}');
    expect(await answerTo('model', { folder })).toEqual({
      config: { model_type: 'qwen2' },
      tensors: [],
      bytes: 0,
      tokenizer: {
        size: undefined,
        has_chat_template: false,
        problem: expect.stringMatching(/has no tokenizer\.json/) as unknown,
      },
    });
  });

  test('of PyTorch files has their size and no tensors', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'pytorch_model.bin'), 'x'.repeat(1_000));
    expect(await answerTo('model', { folder })).toMatchObject({ tensors: [], bytes: 1_000 });
    writeFileSync(join(folder, 'model.safetensors'), 'x'.repeat(10));
    expect(await answerTo('model', { folder })).toMatchObject({ tensors: [], bytes: 10 });
  });

  test('that is not there is none', async () => {
    const folder = join(scratch(), 'model');
    expect(await answerTo('model', { folder })).toBeUndefined();
    mkdirSync(folder);
    expect(await answerTo('model', { folder })).toMatchObject({ config: undefined, tensors: [], bytes: 0 });
    rmSync(folder, { recursive: true });
  });
});
