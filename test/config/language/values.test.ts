import { describe, expect, test } from 'vitest';
import type { ListFolder } from '../../../src/config/language/index.ts';
import { LEAST } from '../configs.ts';
import { surroundingsOf } from '../rules/world.ts';
import { accept, labels, offered, typed } from './typing.ts';

const GROUPS = ['embeddings', 'attention', 'q', 'k', 'v', 'o', 'ffn', 'gate', 'up', 'down', 'norms'];

test.each<[string, string[]]>([
  ['engine: ‸', ['auto', 'tfjs', 'torch']],
  ['engine: au‸to  # why', ['auto', 'tfjs', 'torch']],
  ['engine:‸', ['auto', 'tfjs', 'torch']],
  ['{"engine": "‸"}', ['auto', 'tfjs', 'torch']],
  ['{"engine": ‸\n', ['auto', 'tfjs', 'torch']],
  ['bf16: ‸', ['true', 'false']],
  ['lr_scheduler_type: c‸', ['linear', 'cosine', 'constant', 'constant_with_warmup']],
  ['warmup_steps: ‸', ['0', '0.03', '0.1', '100']],
  ['self_distill: {temperature: ‸}', ['0.5', '1', '2']],
  ['self_distill:\n  teacher: ‸', ['snapshot', 'base']],
  ['probes:\n  sets: ‸', ['auto', '- name, file']],
  ['report_to: [‸]', ['tensorboard', 'wandb', 'trackio']],
  ['report_to: ‸', ['[tensorboard]', '[wandb]', '[trackio]']],
  ['report_to:\n  - ‸', ['tensorboard', 'wandb', 'trackio']],
  ['report_to:\n  - wandb\n  ‸', ['- tensorboard', '- wandb', '- trackio']],
  ['self_distill: ‸', ['{}']],
  ['version: ‸', ['1']],
  ['unknown: ‸', []],
])('%j', (text, words) => {
  expect(labels(offered(text))).toEqual(words);
});

test.each([
  [`${LEAST}engine:‸`, 'torch', `${LEAST}engine: torch`],
  [`${LEAST}engine: to‸rc  # why\n`, 'tfjs', `${LEAST}engine: tfjs  # why\n`],
  [`${LEAST}engine: "t‸"\n`, 'tfjs', `${LEAST}engine: "tfjs"\n`],
  [`${LEAST}engine: 't‸'\n`, 'tfjs', `${LEAST}engine: 'tfjs'\n`],
  [`${LEAST}learning_rate: ‸`, '5.0e-5', `${LEAST}learning_rate: 5.0e-5`],
  ['{"learning_rate": ‸}', '5.0e-5', '{"learning_rate": 0.00005}'],
  ['{"engine": ‸}', 'torch', '{"engine": "torch"}'],
  ['freeze: {groups: [q, ‸ k]}', 'ffn', 'freeze: {groups: [q, ffn, k]}'],
  ['freeze: {groups: [q, ‸k]}', 'ffn', 'freeze: {groups: [q, ffn]}'],
  ['freeze: {groups: ‸}', '[ffn]', 'freeze: {groups: [ffn]}'],
  ['freeze:\n  groups:\n    - q\n    ‸', '- ffn', 'freeze:\n  groups:\n    - q\n    - ffn'],
  ['{"freeze": {"groups": [\n  "q"\n  "‸"\n]}}', 'ffn', '{"freeze": {"groups": [\n  "q",\n  "ffn"\n]}}'],
  ['probes:\n  prompts:\n    - ‸', 'Q: {question}\\nA:', 'probes:\n  prompts:\n    - "Q: {question}\\nA:"'],
  ['probes: {prompts: [‸]}', '{question} The answer is', 'probes: {prompts: ["{question} The answer is"]}'],
  [
    'probes:\n  sets: ‸',
    '- name, file',
    'probes:\n  sets: \n    - name: general\n      file: data/probes.json',
  ],
  [
    'train_file:\n  - path: a\n  ‸',
    '- path, weight',
    'train_file:\n  - path: a\n  - path: data/rows.jsonl\n    weight: 1',
  ],
  ['{"train_file": ‸}', '- path, weight', '{"train_file": [{"path": "data/rows.jsonl", "weight": 1}]}'],
])('%j with %s', (text, label, expected) => {
  const found = offered(text).find((completion) => completion.label === label);
  expect(found && accept(typed(text), found)).toBe(expected);
});

describe('engines', () => {
  const torch = (problem?: string) =>
    offered(`${LEAST}engine: ‸`, {
      surroundings: surroundingsOf({
        engines: { torch: { usable: problem === undefined, ...(problem === undefined ? {} : { problem }) } },
      }),
    }).find(({ label }) => label === 'torch');

  test('say whether they are installed', () => {
    expect(torch()?.detail).toMatch(/; installed$/);
    const missing = torch('There is *no* Python here: run `holdfast setup torch`.');
    expect(missing?.detail).toMatch(/; not installed$/);
    expect(missing?.documentation).toBe('There is \\*no\\* Python here: run `holdfast setup torch`.');
    expect(offered(`${LEAST}engine: ‸`).find(({ label }) => label === 'torch')?.detail).not.toContain(
      'installed',
    );
  });
});

describe('parts of the model', () => {
  const surroundings = surroundingsOf({ model: {} });

  test('groups with their parameters, halves of the layers, and what has no word', () => {
    const found = offered(`${LEAST}freeze:\n  groups:\n    - ‸`, { surroundings });
    expect(labels(found)).toEqual([
      ...GROUPS,
      'layers 0-0',
      'layers 1-1',
      'input_layernorm',
      'post_attention_layernorm',
    ]);
    // Two layers of four 64 x 64 matrices, of 114,240 parameters.
    expect(found.find(({ label }) => label === 'attention')?.detail).toBe(
      '32,768 parameters, 28.7 % of the model',
    );
  });

  test('a broken line hides the model no more than another one', () => {
    const found = offered(`${LEAST}freeze: {groups: [ffn, ‸\nseed: 1\n`, { surroundings });
    expect(labels(found)).toContain('layers 0-0');
  });

  test('words alone where no model is known', () => {
    expect(labels(offered('freeze: {trainable_groups: [‸]}'))).toEqual([...GROUPS, 'lm_head']);
  });

  test('modules that can have an adapter, with its size', () => {
    const found = offered(`${LEAST}lora:\n  r: 4\n  target_modules: [‸]`, { surroundings });
    expect(labels(found)).toEqual([
      'q_proj',
      'k_proj',
      'v_proj',
      'o_proj',
      'gate_proj',
      'up_proj',
      'down_proj',
    ]);
    // Two layers, 4 x (64 + 64).
    expect(found[0]?.detail).toBe('2 matrices, 1,024 parameters at rank 4');
  });
});

describe('paths', () => {
  const tree: Readonly<Record<string, readonly string[]>> = {
    '/home/ada/study': [
      'base/',
      'data/',
      '.holdfast/',
      'node_modules/',
      'x.sft.json',
      'rows.jsonl',
      'notes.md',
    ],
    '/home/ada/study/base': ['config.json', 'model.safetensors'],
    '/home/ada/study/data': ['a b.jsonl', 'two #1.json', 'old/'],
    '/home/ada': ['study/'],
  };
  const list: ListFolder = (folder) =>
    tree[folder]?.map((name) => ({ name: name.replace(/\/$/, ''), isFolder: name.endsWith('/') }));

  test.each<[string, [string, string][]]>([
    [
      'train_file: ‸',
      [
        ['rows.jsonl', 'data file'],
        ['base/', 'folder'],
        ['data/', 'folder'],
      ],
    ],
    [
      'train_file: data/‸',
      [
        ['a b.jsonl', 'data file'],
        ['two #1.json', 'data file'],
        ['old/', 'folder'],
      ],
    ],
    ['eval_file: ../‸', [['study/', 'folder']]],
    [
      'eval_file: /home/ada/study/data/t‸',
      [
        ['a b.jsonl', 'data file'],
        ['two #1.json', 'data file'],
        ['old/', 'folder'],
      ],
    ],
    [
      'model_name_or_path: ‸',
      [
        ['base', 'model'],
        ['data/', 'folder'],
      ],
    ],
    [
      'probes: {sets: [{file: ‸}]}',
      [
        ['rows.jsonl', 'data file'],
        ['base/', 'folder'],
        ['data/', 'folder'],
      ],
    ],
    ['train_file: gone/‸', []],
  ])('%j', (text, expected) => {
    const found = offered(text, { list }).filter(({ kind }) => kind === 'path');
    expect(found.map(({ label, detail }) => [label, detail])).toEqual(expected);
    expect(found.filter(({ goesOn }) => goesOn).map(({ label }) => label.endsWith('/'))).toEqual(
      found.filter(({ label }) => label.endsWith('/')).map(() => true),
    );
  });

  test.each([
    ['train_file: data/‸', 'a b.jsonl', 'train_file: data/a b.jsonl'],
    ['train_file: data/‸', 'two #1.json', 'train_file: "data/two #1.json"'],
    ['train_file: data/tw‸o', 'two #1.json', 'train_file: "data/two #1.json"'],
    ['train_file: "data/‸"', 'old/', 'train_file: "data/old/"'],
    ['{"train_file": "data/‸"}', 'a b.jsonl', '{"train_file": "data/a b.jsonl"}'],
  ])('%j with %s', (text, label, expected) => {
    const found = offered(text, { list }).find((completion) => completion.label === label);
    expect(found && accept(typed(text), found)).toBe(expected);
  });

  test('only the folder that was written and, for models, those in it are looked at', () => {
    const asked: string[] = [];
    const watched: ListFolder = (folder) => {
      asked.push(folder);
      return list(folder);
    };
    offered('train_file: data/‸', { list: watched });
    expect(asked).toEqual(['/home/ada/study/data']);
    offered('model_name_or_path: ‸', { list: watched });
    expect(asked.slice(1)).toEqual(['/home/ada/study', '/home/ada/study/base', '/home/ada/study/data']);
  });

  test('a folder with very many entries is cut', () => {
    const many: ListFolder = () =>
      Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}.jsonl`, isFolder: false }));
    expect(offered('eval_file: ‸', { list: many })).toHaveLength(500);
  });
});

describe('whole files', () => {
  test.each(['‸', '# mine\n‸', '\n\n‸\n'])('are offered in %j', (text) => {
    const found = offered(text).filter(({ kind }) => kind === 'snippet');
    expect(labels(found)).toEqual(['Self-distillation', 'Attention only', 'Plain fine-tuning']);
  });

  test.each(['seed: 1\n‸', 'lora:\n  ‸', '{‸}'])('are not offered in %j', (text) => {
    expect(offered(text).filter(({ kind }) => kind === 'snippet')).toEqual([]);
  });

  test('for JSON they are JSON', () => {
    const [first] = offered('‸', { isJsonFile: true });
    expect(JSON.parse(accept(typed('‸'), first!))).toMatchObject({
      version: 1,
      model_name_or_path: 'model',
      train_file: 'data/rows.jsonl',
      self_distill: {},
    });
  });
});

describe('comments that silence', () => {
  const CODE = 'config.warmup-too-long';
  const rest = 'max_steps: 20\n';
  test.each([
    [`warmup_steps: 20  # holdfast-ignore ‸\n`, `warmup_steps: 20  # holdfast-ignore ${CODE}\n`],
    [`warmup_steps: 20  # holdfast-ignore config.w‸\n`, `warmup_steps: 20  # holdfast-ignore ${CODE}\n`],
    [`warmup_steps: 20  # hold‸\n`, `warmup_steps: 20  # holdfast-ignore ${CODE}\n`],
    [`warmup_steps: 20  #‸\n`, `warmup_steps: 20  # holdfast-ignore ${CODE}\n`],
    [`# holdfast-ignore ‸\nwarmup_steps: 20\n`, `# holdfast-ignore ${CODE}\nwarmup_steps: 20\n`],
  ])('%j', (text, expected) => {
    const found = offered(LEAST + text + rest);
    expect(labels(found)).toEqual([CODE]);
    expect(accept(typed(LEAST + text + rest), found[0]!)).toBe(LEAST + expected + rest);
    // A comment is text to filter as well.
    const { text: plain, offset } = typed(LEAST + text + rest);
    expect(found[0]!.filter.startsWith(plain.slice(found[0]!.range.offset, offset))).toBe(true);
  });

  test.each([
    `warmup_steps: 20  # because ‸\n`,
    `warmup_steps: 20  # holdfast-ignore ${CODE} ‸\n`,
    `warmup_steps: 2  # holdfast-ignore ‸\n`,
    // Errors cannot be ignored.
    `learning_rate: 0  # holdfast-ignore ‸\n`,
  ])('nothing at %j', (text) => {
    expect(offered(LEAST + text + rest)).toEqual([]);
  });
});
