import { expect, test } from 'vitest';
import { fixed, told, toldBy } from '../configs.ts';

function check(added: string, place: string, message: string, after?: string): void {
  expect(toldBy('wrong-value', added)).toEqual([`${place} wrong-value: ${message}`]);
  expect(fixed(added)).toBe(after);
  if (after !== undefined) expect(toldBy('wrong-value', after)).toEqual([]);
}

test.each([
  [
    'learning_rate: "5e-5"',
    '4:16',
    '`learning_rate` is the text `5e-5`: write a number above 0.',
    'learning_rate: 5.0e-5',
  ],
  [
    "max_steps: '7'",
    '4:12',
    '`max_steps` is the text `7`: write a whole number of at least -1.',
    'max_steps: 7',
  ],
  [
    'save_steps: 1,000\nsave_strategy: steps',
    '4:13',
    '`save_steps` is the text `1,000`: write a number above 0.',
    'save_steps: 1000\nsave_strategy: steps',
  ],
  [
    'weight_decay: 5%',
    '4:15',
    '`weight_decay` is the text `5%`: write a number of at least 0.',
    'weight_decay: 0.05',
  ],
  ['learning_rate: "-1"', '4:16', '`learning_rate` is the text `-1`: write a number above 0.', undefined],
  ['learning_rate: fast', '4:16', '`learning_rate` is the text `fast`: write a number above 0.', undefined],
  ['learning_rate: 0', '4:16', '`learning_rate` is `0`: write a number above 0.', undefined],
  ['learning_rate: .inf', '4:16', '`learning_rate` is `Infinity`: write a number above 0.', undefined],
  ['learning_rate: .nan', '4:16', '`learning_rate` is `NaN`: write a number above 0.', undefined],
  ['num_train_epochs: [1]', '4:19', '`num_train_epochs` is a list: write a number above 0.', undefined],
  ['num_train_epochs: {lr: 1}', '4:19', '`num_train_epochs` is a block: write a number above 0.', undefined],
  ['max_steps: 1.5', '4:12', '`max_steps` is `1.5`: write a whole number of at least -1.', undefined],
  ['seed: -1', '4:7', '`seed` is `-1`: write a whole number from 0 to 4294967295.', undefined],
  [
    'seed: 4294967296',
    '4:7',
    '`seed` is `4294967296`: write a whole number from 0 to 4294967295.',
    undefined,
  ],
  ['adam_beta1: 1', '4:13', '`adam_beta1` is `1`: write a number of at least 0 and below 1.', undefined],
  [
    'probes: {max_forgetting: 5}',
    '4:26',
    '`probes.max_forgetting` is `5`: write a number from 0 to 1.',
    undefined,
  ],
])('%j: a number', check);

test.each([
  [
    'from_config: yes',
    '4:14',
    '`from_config` is the text `yes`: write `true` or `false`.',
    'from_config: true',
  ],
  [
    'from_config: Off',
    '4:14',
    '`from_config` is the text `Off`: write `true` or `false`.',
    'from_config: false',
  ],
  ['from_config: 0', '4:14', '`from_config` is `0`: write `true` or `false`.', 'from_config: false'],
  ['from_config: maybe', '4:14', '`from_config` is the text `maybe`: write `true` or `false`.', undefined],
  [
    'eval_strategy: false',
    '4:16',
    '`eval_strategy` is `false`: did you mean `no` (or `steps` or `epoch`)?',
    'eval_strategy: no',
  ],
  [
    'engine: "torhc"',
    '4:9',
    '`engine` is the text `torhc`: did you mean `torch` (or `auto` or `tfjs`)?',
    'engine: "torch"',
  ],
  ['engine: jax', '4:9', '`engine` is the text `jax`: write `auto`, `torch` or `tfjs`.', undefined],
  [
    'optim: adamw_torch',
    '4:8',
    '`optim` is the text `adamw_torch`: `optim: adamw_torch` of Hugging Face is `optim: adamw` here.',
    'optim: adamw',
  ],
])('%j: a word', check);

test.each([
  ['eval_file: ""', '4:12', '`eval_file` is the text `""`: write a path.', undefined],
  ['prompt_template: 5', '4:18', '`prompt_template` is `5`: write a text.', undefined],
  [
    'prompt_template: hi',
    '4:18',
    '`prompt_template` is the text `hi`: it must contain {question}.',
    undefined,
  ],
  // Underlined on its first line only.
  [
    'prompt_template: |\n  Hello\n  you\n',
    '4:18',
    '`prompt_template` is the text `Hello you `: it must contain {question}.',
    undefined,
  ],
  [
    'probes: 5',
    '4:9',
    '`probes` is `5`: write a block of {sets, prompts, num_prompts, num_fewshot, max_facts, max_forgetting, on_exceeded}.',
    undefined,
  ],
  [
    'probes: {prompts: []}',
    '4:19',
    '`probes.prompts` is an empty list: write a list of one or more texts.',
    undefined,
  ],
  ['probes: {prompts: ["{question}", 1]}', '4:34', '`probes.prompts[1]` is `1`: write a text.', undefined],
  [
    'probes: {sets: general}',
    '4:16',
    '`probes.sets` is the text `general`: write `auto` or a list of {name, file, prompts}.',
    undefined,
  ],
  [
    'probes: {sets: [rows.jsonl]}',
    '4:17',
    '`probes.sets[0]` is the text `rows.jsonl`: write a block of {name, file, prompts}.',
    undefined,
  ],
  [
    'probes: {sets: [{name: a b, file: rows.jsonl}]}',
    '4:24',
    '`probes.sets[0].name` is the text `a b`: it must be 1 to 40 letters, digits, - or _.',
    undefined,
  ],
  [
    'probes: {sets: [{name: 7, file: rows.jsonl}]}',
    '4:24',
    '`probes.sets[0].name` is `7`: write a text.',
    'probes: {sets: [{name: "7", file: rows.jsonl}]}',
  ],
])('%j: texts, lists and blocks', check);

test.each([
  // YAML 1.2: no dot is needed, and `no` is a word.
  'learning_rate: 5e-5',
  'eval_strategy: no',
  'seed: 0',
  'max_grad_norm: 0',
  'seed: 0x10',
  'per_device_train_batch_size: 8.0',
  'probes: {sets: []}',
  'probes: {max_forgetting: 0}',
  'seed: &s 3\ndata_seed: *s',
])('%j is fine', (added) => {
  expect(toldBy('wrong-value', added)).toEqual([]);
});

test.each([
  ['version: 2', '1:10 wrong-value: `version` is `2`: write `1`.'],
  ['version: "1"', '1:10 wrong-value: `version` is the text `1`: write `1`.'],
])('%j', (version, expected) => {
  expect(told(`${version}\nmodel_name_or_path: model\ntrain_file: rows.jsonl`)).toEqual([expected]);
});

test.each([
  [
    '[]',
    '3:13 wrong-value: `train_file` is an empty list: write a path or a list of one or more {path, weight}.',
  ],
  [
    '{path: rows.jsonl}',
    '3:13 wrong-value: `train_file` is a block: write a path or a list of one or more {path, weight}.',
  ],
  [
    '[rows.jsonl]',
    '3:14 wrong-value: `train_file[0]` is the text `rows.jsonl`: write a block of {path, weight}.',
  ],
  [
    '[{path: rows.jsonl, weight: 0}]',
    '3:41 wrong-value: `train_file[0].weight` is `0`: write a number above 0.',
  ],
])('train_file: %s', (value, expected) => {
  expect(told(`version: 1\nmodel_name_or_path: model\ntrain_file: ${value}`)).toEqual([expected]);
});
