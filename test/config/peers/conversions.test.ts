import { describe, expect, test } from 'vitest';
import { withValueAt, type Block } from '../../../src/config/path.ts';
import { meaningOf } from '../../../src/config/peers/meaning.ts';
import { translate } from '../../../src/config/peers/translate.ts';
import { adviseUnknownKey } from '../../../src/config/unknownKeyAdvice.ts';
import { patternFault } from '../../../src/data/parameterGroups.ts';

/** What the first key of `theirs` becomes: our settings by their dotted paths, or why it has no counterpart. */
function becomes(theirs: Block): unknown {
  const meaning = meaningOf([firstKey(theirs)], theirs);
  if (meaning?.kind !== 'taken') return meaning;
  return Object.fromEntries(meaning.settings.map(({ path, value }) => [path.join('.'), value]));
}

function answers(theirs: Block): string {
  return adviseUnknownKey([firstKey(theirs)], theirs).cure;
}

function firstKey(theirs: Block): string {
  return Object.keys(theirs)[0] ?? '';
}

/** Other keys of a trainer, that tell whose word an ambiguous one is. */
const AXOLOTL = { base_model: 'm', micro_batch_size: 1, sequence_len: 8 };
const MLX = { iters: 10, steps_per_eval: 5, adapter_path: 'a' };

describe('distillation', () => {
  test.each<readonly [Block, Block]>([
    // r / (1 - r)
    [{ kd_ratio: 0.5 }, { 'self_distill.kd_weight': 1 }],
    [{ kd_ratio: 0.2 }, { 'self_distill.kd_weight': 0.25 }],
    [{ kd_ratio: 0.9 }, { 'self_distill.kd_weight': 9 }],
    [{ kd_ratio: 0 }, { 'self_distill.kd_weight': 0 }],
    // soft / (hard * T^2): 0.25 at T = 0.5 beside 1 is what is called 1 here
    [{ weight_soft_loss: 0.25, weight_hard_loss: 1, temperature: 0.5 }, { 'self_distill.kd_weight': 1 }],
    [{ weight_soft_loss: 0.5, weight_hard_loss: 0.25, temperature: 2 }, { 'self_distill.kd_weight': 0.5 }],
    // Without it the hard loss weighs 0.5 and T is 1.
    [{ weight_soft_loss: 0.5 }, { 'self_distill.kd_weight': 1 }],
    [{ weight_hard_loss: 1, weight_soft_loss: 1 }, {}],
    // kd_alpha / kd_ce_alpha, both with T^2
    [{ kd_alpha: 0.9, kd_ce_alpha: 0.1 }, { 'self_distill.kd_weight': 9 }],
    [{ kd_temperature: 2 }, { 'self_distill.temperature': 2 }],
    [{ asft_alpha: 0.05 }, { 'self_distill.kd_weight': 0.05 }],
    [
      { use_asft_loss: true, asft_alpha: 0.05 },
      { self_distill: { kd_weight: 0.05, temperature: 1, teacher: 'base', positions: 'completion' } },
    ],
    [
      { use_asft_loss: true, ref_model: 'models/old', train_on_prompt: true },
      { self_distill: { kd_weight: 0.1, temperature: 1, teacher: 'models/old', positions: 'all' } },
    ],
    [{ use_asft_loss: false }, {}],
    // The total is divided by the sum of the weights: only their ratio counts.
    [
      {
        loss_functions: [
          { function: 'kl', weight: 3, temperature: 4 },
          { function: 'cross_entropy', weight: 6 },
        ],
      },
      { self_distill: { kd_weight: 0.5, temperature: 4 } },
    ],
    [
      {
        loss_functions: [
          { function: 'cross_entropy', weight: 0.5 },
          { function: 'kl', weight: 0.5 },
        ],
      },
      { self_distill: { kd_weight: 1, temperature: 1 } },
    ],
    [{ loss_functions: [{ function: 'cross_entropy', weight: 1 }] }, {}],
    // KL(teacher || model) is what is done here, and on the rows of the file.
    [{ beta: 0, lmbda: 0, seq_kd: false }, {}],
    [{ lmbda: 0, beta: 0.5 }, {}],
    [{ kd_beta: 0 }, {}],
    [
      { teacher_model_name_or_path: 'big', lmbda: 0 },
      { self_distill: { teacher: 'big', temperature: 1, positions: 'completion' } },
    ],
    [{ sft_alpha: 0.5 }, { 'self_distill.kd_weight': 2 }],
  ])('%j is %j', (theirs, ours) => {
    expect(becomes(theirs)).toEqual(ours);
  });

  test.each<readonly [Block, RegExp]>([
    [{ kd_ratio: 1 }, /^write a ratio below 1/],
    [{ kd_alpha: 1 }, /`kd_alpha` divided by `kd_ce_alpha`/],
    [{ kd_alpha: 1, kd_ce_alpha: 0 }, /`kd_alpha` divided by `kd_ce_alpha`/],
    [{ weight_soft_loss: 1, weight_hard_loss: 0 }, /`weight_soft_loss` \/ /],
    [{ weight_soft_loss: 1, temperature: 0 }, /`weight_soft_loss` \/ /],
    [{ beta: 0.5, lmbda: 0 }, /KL\(teacher \|\| model\)/],
    [{ lmbda: 0.5, beta: 0 }, /^delete it, .*the model writes nothing itself$/],
    // TRL's temperature is how texts are sampled; the loss has none.
    [{ temperature: 0.9, lmbda: 0, teacher_model_name_or_path: 'm' }, /^delete it, .*texts are sampled/],
    [{ teacher_model_kind: 'ema' }, /another method/],
    [{ distillation_mode: 'full_logits' }, /another method/],
    [{ loss_functions: [{ function: 'jsd', weight: 1 }] }, /^write `self_distill: /],
    [{ loss_functions: [{ function: 'kl', weight: 1 }] }, /^write `self_distill: /],
    [{ loss_functions: 'kl' }, /^write `self_distill: /],
  ])('%j has no counterpart', (theirs, cure) => {
    expect(becomes(theirs)).toMatchObject({ kind: 'left' });
    expect(answers(theirs)).toMatch(cure);
  });

  test('a temperature alone belongs to nobody', () => {
    expect(answers({ temperature: 0.5 })).toBe('write `temperature` inside the block `self_distill`');
    expect(becomes({ temperature: 0.5, weight_soft_loss: 1 })).toEqual({ 'self_distill.temperature': 0.5 });
  });
});

describe('freezing', () => {
  test.each<readonly [Block, Block]>([
    [{ freeze_trainable_layers: -4 }, { 'freeze.trainable_groups': ['layers 0-3'] }],
    [
      { freeze_trainable_layers: -2, freeze_trainable_modules: 'self_attn' },
      { 'freeze.trainable_groups': ['\\.[0-1]\\.self_attn'] },
    ],
    [
      { freeze_trainable_layers: -1, freeze_trainable_modules: 'all', freeze_extra_modules: 'lm_head' },
      { 'freeze.trainable_groups': ['layers 0-0', 'lm_head'] },
    ],
    [{ freeze_trainable_modules: 'mlp', freeze_trainable_layers: -1 }, {}],
    [{ freeze_trainable_layers: 2, finetuning_type: 'lora' }, {}],
    [
      { freeze_parameters: ['model.embed_tokens'], freeze_parameters_ratio: 0 },
      { 'freeze.groups': ['^model\\.embed_tokens'] },
    ],
    [{ freeze_parameters_regex: 'layers\\.[0-5]\\.' }, { 'freeze.groups': ['layers\\.[0-5]\\.'] }],
    [
      { trainable_parameters: ['lm_head'], freeze_parameters_ratio: 1 },
      { 'freeze.trainable_groups': ['^lm_head'] },
    ],
    [{ freeze_parameters_ratio: 1, trainable_parameters: ['lm_head'] }, {}],
    [
      { unfrozen_parameters: ['^lm_head.weight$', 'model.layers.1[0-5]+.mlp'] },
      { 'freeze.trainable_groups': ['^lm_head\\.weight$', '^model\\.layers\\.1[0-5]+\\.mlp'] },
    ],
    [{ frozen_modules: ['lm_head'] }, { 'freeze.groups': ['^lm_head\\.'] }],
    [{ frozen_res: ['embed'] }, { 'freeze.groups': ['embed'] }],
  ])('%j is %j', (theirs, ours) => {
    expect(becomes(theirs)).toEqual(ours);
  });

  test.each<readonly [Block, RegExp]>([
    // How many layers there are is not in the file, and nobody has looked at the model.
    [{ freeze_trainable_layers: 2 }, /the last eight of 32$/],
    [{ freeze_trainable_layers: -1e9, freeze_trainable_modules: 'mlp' }, /of 32$/],
    [{ freeze_trainable_layers: -2, use_llama_pro: true }, /of 32$/],
    [{ freeze_trainable_modules: 'mlp' }, /^name what moves/],
    [{ freeze_parameters_ratio: 0.5 }, /^name what stands still/],
    [{ trainable_parameters: ['a'], freeze_parameters: ['b'] }, /^name what moves/],
    [{ unfrozen_parameters: ['^model.embed_tokens.weight$[:32000]'] }, /ranges of rows/],
    [{ num_layers: 16, ...MLX }, /`layers 12-27` for the last 16 of 28$/],
  ])('%j has no counterpart', (theirs, cure) => {
    expect(becomes(theirs)).toMatchObject({ kind: 'left' });
    expect(answers(theirs)).toMatch(cure);
  });
});

describe('freezing, where the depth of the model is known', () => {
  test.each<readonly [Block, number, unknown]>([
    [{ freeze_trainable_layers: 2 }, 24, ['layers 22-23']],
    [{ freeze_trainable_layers: 30 }, 24, ['layers 0-23']],
    [{ freeze_trainable_layers: -30 }, 24, ['layers 0-23']],
    [
      { freeze_trainable_layers: 2, freeze_trainable_modules: 'mlp,self_attn' },
      24,
      ['\\.2[2-3]\\.mlp', '\\.2[2-3]\\.self_attn'],
    ],
    [{ freeze_trainable_layers: 1, freeze_extra_modules: 'lm_head' }, 24, ['layers 23-23', 'lm_head']],
    [{ num_layers: 16, fine_tune_type: 'full', ...MLX }, 28, ['layers 12-27']],
    [{ num_layers: 16, fine_tune_type: 'full', ...MLX }, 8, ['layers 0-7']],
  ])('%j of a model with %d layers', (theirs, depth, groups) => {
    const meaning = meaningOf([firstKey(theirs)], theirs, depth);
    if (meaning?.kind !== 'taken') throw new Error(`${JSON.stringify(theirs)} is not taken`);
    const block = withValueAt({}, meaning.settings[0]?.path ?? [], meaning.settings[0]?.value);
    expect(block).toEqual({ freeze: { trainable_groups: groups } });
    expect(translate(theirs, depth).value).toMatchObject({ freeze: { trainable_groups: groups } });
  });

  const partsOf = (count: number, depth: number): string => {
    const theirs = { freeze_trainable_layers: count, freeze_trainable_modules: 'self_attn' };
    const [pattern] = (translate(theirs, depth).value.freeze as { trainable_groups: string[] })
      .trainable_groups;
    return pattern ?? '';
  };

  test.each([
    [1, 8, '\\.7\\.self_attn'],
    [10, 10, '\\.\\d\\.self_attn'],
    [20, 20, '\\.(\\d|1\\d)\\.self_attn'],
    [64, 80, '\\.(1[6-9]|[2-7]\\d)\\.self_attn'],
    [29, 36, '\\.([7-9]|[1-2]\\d|3[0-5])\\.self_attn'],
    [120, 128, '\\.([8-9]|[1-9]\\d|1[0-1]\\d|12[0-7])\\.self_attn'],
  ])('parts of the last %d of %d layers are a pattern that a person can read', (count, depth, pattern) => {
    expect(partsOf(count, depth)).toBe(pattern);
    expect(patternFault(pattern)).toBeUndefined();
  });

  test('the pattern names these layers and no others', () => {
    for (const depth of [1, 9, 10, 11, 30, 99, 100, 101, 126, 1010])
      for (const count of [1, 2, 9, 10, 11, 45, 100, 1005].filter((some) => some <= depth)) {
        const expression = new RegExp(partsOf(count, depth));
        const named = Array.from({ length: depth + 20 }, (_, layer) => layer).filter((layer) =>
          expression.test(`model.layers.${layer}.self_attn.q_proj.weight`),
        );
        const meant = Array.from({ length: count }, (_, index) => depth - count + index);
        expect(named, `the last ${count} of ${depth}`).toEqual(meant);
      }
  });

  test('a pattern that no config may have is not written', () => {
    const theirs = { freeze_trainable_layers: 2, freeze_trainable_modules: 'a'.repeat(200) };
    expect(meaningOf(['freeze_trainable_layers'], theirs, 24)).toMatchObject({ kind: 'left' });
  });

  test('adapters are in all layers here, however deep the model is', () => {
    expect(meaningOf(['num_layers'], { num_layers: 16, ...MLX }, 28)).toMatchObject({ kind: 'left' });
  });
});

describe('training', () => {
  test.each<readonly [Block, Block]>([
    [{ warmup_ratio: 0.1 }, { warmup_steps: 0.1 }],
    [{ train_on_inputs: false }, { completion_only_loss: true }],
    [{ train_on_prompt: true }, { completion_only_loss: false }],
    [{ mask_prompt: true }, { completion_only_loss: true }],
    [{ disable_gradient_checkpointing: true }, { gradient_checkpointing: false }],
    [{ optimizer: 'adamw_torch_fused' }, { optim: 'adamw' }],
    [{ optimizer: 'adamw_bnb_8bit' }, { optim: 'adamw_8bit' }],
    [{ optimizer: { _component_: 'bitsandbytes.optim.PagedAdamW8bit' } }, { optim: 'adamw_8bit' }],
    [{ optim: 'paged_adamw_8bit' }, { optim: 'adamw_8bit' }],
    [{ optimizer: { lr: 0.1, weight_decay: 0.2 } }, { learning_rate: 0.1, weight_decay: 0.2 }],
    [{ lr_scheduler: { num_warmup_steps: 5 } }, { warmup_steps: 5 }],
    [{ lr_schedule: { name: 'cosine_decay', warmup: 3 } }, { lr_scheduler_type: 'cosine', warmup_steps: 3 }],
    [{ torch_dtype: 'bfloat16' }, { bf16: true }],
    [{ dtype: 'fp32' }, { bf16: false }],
    [{ bf16: 'auto' }, {}],
    [{ report_to: 'none' }, { report_to: [] }],
    [{ wandb_project: 'mine' }, { report_to: ['wandb'] }],
    // 1 / (epochs * times)
    [{ evals_per_epoch: 4, num_epochs: 2 }, { eval_steps: 0.125 }],
    [{ evals_per_epoch: 4 }, { eval_steps: 0.25 }],
    // A share of 1 would be one step.
    [{ evals_per_epoch: 1, num_epochs: 3 }, { eval_strategy: 'epoch' }],
    [{ evals_per_epoch: 0, num_epochs: 3 }, { eval_strategy: 'no' }],
    [
      { saves_per_epoch: 2, num_epochs: 2 },
      { save_strategy: 'steps', save_steps: 0.25 },
    ],
    [{ save_every: 100 }, { save_strategy: 'steps', save_steps: 100 }],
    [{ val_set_size: 0 }, {}],
    [{ packing: true }, { padding_free: true }],
    [{ sample_packing: false }, {}],
    [{ batch_size: 4, ...MLX }, { per_device_train_batch_size: 4 }],
    [{ tokenizer: { max_seq_len: 512 } }, { max_length: 512 }],
    [
      { data: 'data/mine/', ...MLX },
      { train_file: 'data/mine/train.jsonl', eval_file: 'data/mine/valid.jsonl' },
    ],
    [{ datasets: [{ path: 'json', data_files: 'a.jsonl' }] }, { train_file: 'a.jsonl' }],
    [{ dataset: ['org/set:sub#100', 'b.jsonl'] }, { train_file: [{ path: 'org/set' }, { path: 'b.jsonl' }] }],
    [{ dataset: 'C:/rows.jsonl' }, { train_file: 'C:/rows.jsonl' }],
  ])('%j is %j', (theirs, ours) => {
    expect(becomes(theirs)).toEqual(ours);
  });

  test.each<readonly [Block, RegExp]>([
    [{ val_set_size: 0.1 }, /^split off an evaluation file/],
    [{ batch_size: 64, ...AXOLOTL }, /^delete it, there it is the batch of all devices/],
    [{ evals_per_epoch: 4, max_steps: 100 }, /^write the steps between evaluations/],
    [{ optimizer: 'lion_8bit' }, /^write `optim: adamw`/],
    [{ lr_scheduler: 'rex' }, /^write `lr_scheduler_type`/],
    [{ torch_dtype: 'float16' }, /^write `bf16: true`/],
    [{ warmup_ratio: 7 }, /^write a share below 1/],
    [{ test_datasets: [{ path: 'a' }, { path: 'b' }] }, /^name one file/],
    [{ report_to: 'swanlab' }, /^delete it, every run records its curves/],
    [{ wandb_entity: 'me' }, /^write `report_to: \[wandb\]`/],
  ])('%j has no counterpart', (theirs, cure) => {
    const meaning = meaningOf([firstKey(theirs)], theirs);
    expect(meaning).toMatchObject({ kind: 'left', why: expect.stringMatching(cure) as string });
  });
});

describe('adapters', () => {
  test.each<readonly [Block, Block]>([
    [{ lora_rank: 8 }, { 'lora.r': 8 }],
    [{ lora_rank: 8, finetuning_type: 'full' }, {}],
    [{ lora_target: 'all' }, {}],
    [{ lora_target: 'q_proj,v_proj' }, { 'lora.target_modules': ['q_proj', 'v_proj'] }],
    [{ adapter: 'lora' }, { lora: {} }],
    [{ finetuning_type: 'full' }, {}],
    [{ lora_r: 64, use_peft: false }, {}],
    // Scaled by `scale` there, by alpha / r here.
    [{ lora_parameters: { rank: 4, scale: 20 } }, { 'lora.r': 4, 'lora.lora_alpha': 80 }],
    [{ lora_parameters: { scale: 2 } }, { 'lora.lora_alpha': 16 }],
    [{ lora_parameters: { keys: ['self_attn.q_proj'] } }, { 'lora.target_modules': ['q_proj'] }],
    [{ load_in_4bit: false }, {}],
  ])('%j is %j', (theirs, ours) => {
    expect(becomes(theirs)).toEqual(ours);
  });
});

test.each<readonly [Block, string, readonly unknown[] | undefined, string | undefined]>([
  [
    { micro_batch_size: 4 },
    'did you mean `per_device_train_batch_size`, as it is called here?',
    undefined,
    'per_device_train_batch_size',
  ],
  [
    { warmup_ratio: 0.1 },
    'did you mean `warmup_steps`, as it is called here (where a number below 1 is a share of all steps)?',
    undefined,
    'warmup_steps',
  ],
  [
    { sample_packing: true },
    'did you mean `padding_free`, as it is called here (where a batch counts rows, not packs of `max_length` tokens)?',
    undefined,
    'padding_free',
  ],
  [
    { lora_r: 16 },
    'did you mean `lora.r`, as it is called here?',
    [{ path: ['lora', 'r'], value: 16 }],
    undefined,
  ],
  [
    { kd_ratio: 0.5 },
    '`kd_ratio: 0.5` of torchtune is `self_distill.kd_weight: 1` here',
    [{ path: ['self_distill', 'kd_weight'], value: 1 }],
    undefined,
  ],
  [
    { optimizer: { lr: 2e-5, weight_decay: 0.01, eps: 1e-8, betas: [0.9, 0.95] } },
    '`optimizer: {lr: 2.0e-5, weight_decay: 0.01, eps: 1.0e-8, bet…` of torchtune is `learning_rate: 2.0e-5`, `weight_decay: 0.01`, `adam_epsilon: 1.0e-8` and 2 more here',
    expect.any(Array) as unknown[],
    undefined,
  ],
  [{ lora_target: 'all' }, 'delete it, a run does so anyway', [], undefined],
  [
    { output_dir: 'out' },
    'delete it, every run has its own folder under .holdfast/runs',
    undefined,
    undefined,
  ],
  [
    { base_model: null },
    'did you mean `model_name_or_path`, as it is called here?',
    undefined,
    'model_name_or_path',
  ],
  // Another value would be needed, and none is known.
  [
    { train_on_inputs: null },
    'did you mean `completion_only_loss`, as it is called here?',
    undefined,
    undefined,
  ],
  [
    { kd_ce_alpha: 0.1, kd_alpha: 0.9 },
    'delete it, it is part of what `kd_alpha` becomes',
    undefined,
    undefined,
  ],
])('%j is told so', (theirs, cure, instead, rename) => {
  const advice = adviseUnknownKey([firstKey(theirs)], theirs);
  expect(advice.cure).toBe(cure);
  expect(advice.instead).toEqual(instead);
  expect(advice.rename).toBe(rename);
  expect(advice.isUseless ?? false).toBe(
    /^delete it[,;]/.test(cure) && instead === undefined && !cure.includes('part of'),
  );
});
