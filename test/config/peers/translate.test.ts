import { expect, test } from 'vitest';
import { translate } from '../../../src/config/peers/translate.ts';

const MLX = { model: 'm', data: 'rows', train: true, adapter_path: 'a', num_layers: -1 };

test('what a trainer would do without being told is written out', () => {
  const { trainer, value, assumed } = translate(MLX);
  expect(trainer?.name).toBe('mlx-lm');
  expect(value).toEqual({
    version: 1,
    model_name_or_path: 'm',
    train_file: 'rows/train.jsonl',
    eval_file: 'rows/valid.jsonl',
    seed: 0,
    learning_rate: 1e-5,
    max_steps: 1000,
    per_device_train_batch_size: 4,
    max_length: 2048,
    completion_only_loss: false,
    lr_scheduler_type: 'constant',
    lora: {},
  });
  expect(assumed).toContainEqual({ theirs: 'iters', ours: ['max_steps'] });
});

test('what the file says goes before what its trainer assumes', () => {
  const { value, assumed } = translate({ ...MLX, iters: 5, mask_prompt: true, fine_tune_type: 'full' });
  expect(value).toMatchObject({ max_steps: 5, completion_only_loss: true });
  expect(value).not.toHaveProperty('lora');
  expect(assumed.map(({ theirs }) => theirs)).not.toContain('iters');
});

test('what a trainer would do and cannot be said here is told, never dropped', () => {
  const full = { ...MLX, num_layers: null, fine_tune_type: 'full' };
  const { value, left, assumed } = translate(full);
  expect(value).not.toHaveProperty('freeze');
  expect(left.filter(({ isAssumed }) => isAssumed)).toEqual([
    {
      theirs: 'num_layers',
      why: expect.stringMatching(/^all layers get an adapter; without LoRA name those/) as string,
      isAssumed: true,
    },
  ]);
  expect(assumed.map(({ theirs }) => theirs)).not.toContain('num_layers');
  const known = translate(full, 28);
  expect(known.value).toMatchObject({ freeze: { trainable_groups: ['layers 12-27'] } });
  expect(known.left.map(({ theirs }) => theirs)).toEqual(['adapter_path']);
});

test.each([
  // Ours first, wherever it stands.
  [
    { iters: 5, max_steps: 7 },
    { max_steps: 7 },
    [{ theirs: 'iters', why: 'delete it, `max_steps` is set already' }],
  ],
  [{ iters: 7, max_steps: 7 }, { max_steps: 7 }, []],
  [{ iters: 'many' }, {}, [{ theirs: 'iters', why: 'write `max_steps` with a value that it takes' }]],
  [{ seed: -1 }, {}, [{ theirs: 'seed', why: 'write `seed` with a value that it takes' }]],
  [{ report_to: 'none', wandb_project: 'p' }, { report_to: [] }, []],
  [{ frozen_modules: ['a'], frozen_res: ['b'] }, { freeze: { groups: ['^a\\.', 'b'] } }, []],
  [{ adapter: 'lora', lora_r: 4 }, { lora: { r: 4 } }, []],
  [{ banana: 1 }, {}, [{ theirs: 'banana', why: 'delete it, no trainer is known that has it' }]],
  [{ base_model: null, learning_rate: null }, {}, []],
])('%j becomes %j', (config, value, left) => {
  const translation = translate(config);
  expect(translation.value).toEqual({ version: 1, ...value });
  expect(translation.left).toEqual(left);
  expect(translation.trainer).toBeUndefined();
});
