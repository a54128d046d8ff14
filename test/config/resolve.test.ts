import { expect, test } from 'vitest';
import { resolveConfig, type Resolution } from '../../src/config/resolve.ts';
import { asLine, FOLDER, LEAST, SURROUNDINGS } from './configs.ts';

function resolve(text: string, overrides: Readonly<Record<string, string>> = {}): Resolution {
  return resolveConfig(text, { ...SURROUNDINGS, overrides });
}

test('the least config: every default, every path absolute', () => {
  const { config, origins, problems } = resolved(LEAST);
  expect(problems).toEqual([]);
  expect(config).toEqual({
    version: 1,
    model_name_or_path: `${FOLDER}/model`,
    from_config: false,
    train_file: `${FOLDER}/rows.jsonl`,
    prompt_template: 'Answer the following question. {question}',
    engine: 'auto',
    seed: 42,
    data_seed: 42,
    learning_rate: 5e-5,
    num_train_epochs: 3,
    max_steps: -1,
    per_device_train_batch_size: 8,
    gradient_accumulation_steps: 1,
    per_device_eval_batch_size: 64,
    max_length: 1024,
    completion_only_loss: true,
    group_by_length: true,
    optim: 'adamw',
    weight_decay: 0,
    adam_beta1: 0.9,
    adam_beta2: 0.999,
    adam_epsilon: 1e-8,
    max_grad_norm: 1,
    lr_scheduler_type: 'linear',
    warmup_steps: 0,
    eval_strategy: 'steps',
    eval_steps: 0.05,
    logging_steps: 1,
    save_strategy: 'best',
    save_steps: 500,
    save_total_limit: 3,
    probes: {
      sets: 'auto',
      num_prompts: 3,
      num_fewshot: 4,
      max_facts: 1000,
      max_forgetting: 0.05,
      on_exceeded: 'warn',
    },
    gradient_checkpointing: false,
    padding_free: true,
    torch_compile: false,
    trust_remote_code: false,
    report_to: [],
  });
  const written = Object.entries(origins).filter(([, origin]) => origin !== 'default');
  expect(written).toEqual([
    ['version', 'file'],
    ['model_name_or_path', 'file'],
    ['train_file', 'file'],
  ]);
});

test('flags over file over defaults, and who said what', () => {
  const { config, origins } = resolved(`${LEAST}seed: 0\nprobes: {max_facts: 5, num_prompts: 1}`, {
    learning_rate: '1e-4',
    'probes.max_facts': '6',
    'probes.sets': '[]',
  });
  expect(config).toMatchObject({
    seed: 0,
    // Zero is a seed like any other: the row order follows it.
    data_seed: 0,
    learning_rate: 1e-4,
    probes: { max_facts: 6, num_prompts: 1, num_fewshot: 4, sets: [] },
  });
  expect(origins).toMatchObject({
    seed: 'file',
    data_seed: 'default',
    learning_rate: 'flag',
    max_steps: 'default',
    'probes.max_facts': 'flag',
    'probes.num_prompts': 'file',
    'probes.num_fewshot': 'default',
    'probes.sets': 'flag',
  });
  // Blocks are no values, lists are.
  expect(Object.keys(origins).filter((key) => key === 'probes' || key.includes('['))).toEqual([]);
});

test('a whole block by one flag replaces the block of the file', () => {
  const { config, origins } = resolved(`${LEAST}probes: {max_facts: 5}`, { probes: '{num_prompts: 1}' });
  expect(config.probes).toMatchObject({ max_facts: 1000, num_prompts: 1 });
  expect(origins).toMatchObject({ 'probes.num_prompts': 'flag' });
});

test('paths in lists are absolute too, weights are filled in', () => {
  const { config } = resolved(
    `version: 1
model_name_or_path: ./model
train_file: [{path: rows.jsonl}, {path: ../study/more.jsonl, weight: 0.5}]
eval_file: /shared/rows.jsonl
probes: {sets: [{name: own, file: more.jsonl}]}`,
  );
  expect(config.model_name_or_path).toBe(`${FOLDER}/model`);
  expect(config.train_file).toEqual([
    { path: `${FOLDER}/rows.jsonl`, weight: 1 },
    { path: `${FOLDER}/more.jsonl`, weight: 0.5 },
  ]);
  expect(config.eval_file).toBe('/shared/rows.jsonl');
  expect(config.probes.sets).toEqual([{ name: 'own', file: `${FOLDER}/more.jsonl` }]);
});

test.each([
  // Texts need no quotes in a flag, and may have them.
  ['prompt_template', 'Q: {question} # now', 'Q: {question} # now'],
  ['prompt_template', '"Q: {question}"', 'Q: {question}'],
  ['eval_file', 'more.jsonl', `${FOLDER}/more.jsonl`],
  ['train_file', 'more.jsonl', `${FOLDER}/more.jsonl`],
  ['train_file', '[{path: more.jsonl}]', [{ path: `${FOLDER}/more.jsonl`, weight: 1 }]],
  ['seed', '0', 0],
  ['from_config', 'true', true],
  ['eval_strategy', 'no', 'no'],
])('--set %s=%s', (key, text, expected) => {
  const { config, origins } = resolved(LEAST, { [key]: text });
  expect(config).toHaveProperty(key, expected);
  expect(origins[key]).toBe('flag');
});

test.each([
  [
    'lr',
    '1',
    'unknown-key: `--set lr=1`: `lr` is not a setting of Holdfast: did you mean `learning_rate`, as it is called here?',
  ],
  [
    'seed',
    'x',
    'wrong-value: `--set seed=x`: `seed` is the text `x`: write a whole number from 0 to 4294967295.',
  ],
  [
    'seed',
    '',
    'empty-value: `--set seed=`: `seed` has no value: write a whole number from 0 to 4294967295, or delete the key to get the default.',
  ],
  ['seed', '[', 'syntax: `--set seed=[`: `[` cannot be read as YAML: put the value in quotes.'],
  [
    'seed',
    '1\nmax_length: 2',
    'syntax: `--set seed=1 max_length: 2`: `1 max_length: 2` cannot be read as YAML: put the value in quotes.',
  ],
  ['seed.x', '3', 'unknown-key: `--set seed.x=3`: `seed.x` is not a setting of Holdfast: delete it.'],
  ['', '1', 'unknown-key: `--set =1`: `""` is not a setting of Holdfast: delete it.'],
  [
    '__proto__.x',
    '1',
    'unknown-key: `--set __proto__.x=1`: `__proto__.x` is not a setting of Holdfast: delete it.',
  ],
  [
    'replay.ratio',
    '8',
    'reserved-key: `--set replay.ratio=8`: `replay` cannot be used: replay is not in this version yet; delete it to run without.',
  ],
  [
    'train_file[0].path',
    'a',
    'unknown-key: `--set train_file[0].path=a`: `train_file[0].path` is not a setting of Holdfast: a list is set as a whole.',
  ],
  [
    'probes',
    '{max_fact: 3}',
    'unknown-key: `--set probes={max_fact: 3}`: `probes.max_fact` is not a setting of Holdfast: did you mean `max_facts`?',
  ],
  [
    'eval_file',
    'gone.jsonl',
    `missing-file: \`--set eval_file=gone.jsonl\`: There is no file \`${FOLDER}/gone.jsonl\`: correct the path, which starts at the config's folder unless it is absolute.`,
  ],
])('--set %s=%s is refused by name, and the file is not to blame', (key, text, expected) => {
  const { config, problems } = resolve(LEAST, { [key]: text });
  expect(config).toBeUndefined();
  expect(problems.map(asLine)).toEqual([`1:1 ${expected}`]);
  expect(problems.filter(({ fixes }) => fixes !== undefined)).toEqual([]);
});

test('of two flags for one setting the later counts, and is to blame', () => {
  const overrides = { probes: '{max_facts: 1}', 'probes.max_facts': '0' };
  expect(resolve(LEAST, overrides).problems.map(asLine)).toEqual([
    '1:1 wrong-value: `--set probes.max_facts=0`: `probes.max_facts` is `0`: write a whole number of at least 1.',
  ]);
});

test('a flag cures the file', () => {
  expect(resolve(`${LEAST}seed: x`).config).toBeUndefined();
  expect(resolved(`${LEAST}seed: x`, { seed: '1' }).config.seed).toBe(1);
  expect(resolved('version: 1\ntrain_file: rows.jsonl', { model_name_or_path: 'model' }).problems).toEqual(
    [],
  );
});

test('hints do not keep a run from starting', () => {
  const { config, problems } = resolved(`${LEAST}save_steps: 5`);
  expect(config.save_steps).toBe(5);
  expect(problems.map(({ level }) => level)).toEqual(['hint']);
});

test('a text that is no config gives problems only, flags or not', () => {
  expect(resolve('- a', { seed: '1' })).toEqual({
    problems: [expect.objectContaining({ code: 'config.syntax' })],
  });
});

function resolved(
  text: string,
  overrides: Readonly<Record<string, string>> = {},
): Extract<Resolution, { readonly origins: unknown }> {
  const resolution = resolve(text, overrides);
  if (resolution.config === undefined) throw new Error(resolution.problems.map(asLine).join('\n'));
  return resolution;
}
