import { expect, test } from 'vitest';
import { fixed, told, toldOf } from '../configs.ts';

const PROBE_KEYS =
  '`sets`, `prompts`, `num_prompts`, `num_fewshot`, `max_facts`, `max_forgetting` or `on_exceeded`';

function check(added: string, place: string, message: string, after?: string): void {
  const [key] = /`.*?`/.exec(message) ?? [''];
  expect(toldOf(added)).toEqual([`${place} unknown-key: ${message}`]);
  expect(key).not.toBe('');
  expect(fixed(added)).toBe(after);
}

test.each([
  ['sed: 1', '4:1', '`sed` is not a setting of Holdfast: did you mean `seed`?', 'seed: 1'],
  [
    'learning-rate: 1',
    '4:1',
    '`learning-rate` is not a setting of Holdfast: did you mean `learning_rate`?',
    'learning_rate: 1',
  ],
  [
    'LEARNING_RATE: 1',
    '4:1',
    '`LEARNING_RATE` is not a setting of Holdfast: did you mean `learning_rate`?',
    'learning_rate: 1',
  ],
  ['"sed": 1', '4:1', '`sed` is not a setting of Holdfast: did you mean `seed`?', '"seed": 1'],
  ['banana: 1', '4:1', '`banana` is not a setting of Holdfast: delete it.', undefined],
  [
    'sed: 1\nseed: 2',
    '4:1',
    '`sed` is not a setting of Holdfast: delete it, `seed` is set already.',
    'seed: 2',
  ],
  ['banana: {lr: 1}', '4:1', '`banana` is not a setting of Holdfast: delete it.', undefined],
  ['"": 1', '4:1', '`""` is not a setting of Holdfast: delete it.', undefined],
  ['<<: {seed: 1}', '4:1', '`<<` is not a setting of Holdfast: delete it.', undefined],
  ['3: 1', '4:1', '`3` is not a setting of Holdfast: delete it.', undefined],
])('%j: a spelling', check);

test.each([
  [
    'probes: {set: auto}',
    '4:10',
    '`probes.set` is not a setting of Holdfast: did you mean `sets`?',
    'probes: {sets: auto}',
  ],
  [
    'probes:\n  zzz: 1',
    '5:3',
    `\`probes.zzz\` is not a setting of Holdfast: delete it, or write ${PROBE_KEYS} in \`probes\`.`,
    undefined,
  ],
  [
    'probes: {sets: [{name: a, file: rows.jsonl, promt: 1}]}',
    '4:45',
    '`probes.sets[0].promt` is not a setting of Holdfast: did you mean `prompts`?',
    'probes: {sets: [{name: a, file: rows.jsonl, prompts: 1}]}',
  ],
  [
    'max_facts: 3',
    '4:1',
    '`max_facts` is not a setting of Holdfast: write `max_facts` inside the block `probes`.',
    undefined,
  ],
  [
    'probes.max_facts: 3',
    '4:1',
    '`probes.max_facts` is not a setting of Holdfast: write `max_facts` inside the block `probes`.',
    undefined,
  ],
  [
    'probes: {seed: 1}',
    '4:10',
    '`probes.seed` is not a setting of Holdfast: move it to the top level.',
    undefined,
  ],
])('%j: a place', check);

test.each([
  [
    'micro_batch_size: 4',
    '4:1',
    '`micro_batch_size` is not a setting of Holdfast: did you mean `per_device_train_batch_size`, as it is called here?',
    'per_device_train_batch_size: 4',
  ],
  [
    'lr: 1.0e-4\nlearning_rate: 2.0e-4',
    '4:1',
    '`lr` is not a setting of Holdfast: delete it, `learning_rate` is set already.',
    'learning_rate: 2.0e-4',
  ],
  [
    'kd_temperature: 1',
    '4:1',
    '`kd_temperature` is not a setting of Holdfast: did you mean `self_distill.temperature`, as it is called here?',
    'self_distill: {temperature: 1}',
  ],
  [
    'lora: {alpha: 16}',
    '4:8',
    '`lora.alpha` is not a setting of Holdfast: did you mean `lora_alpha`, as it is called here?',
    'lora: {lora_alpha: 16}',
  ],
  [
    'lora_r: 16',
    '4:1',
    '`lora_r` is not a setting of Holdfast: did you mean `lora.r`, as it is called here?',
    'lora: {r: 16}',
  ],
  [
    'output_dir: out',
    '4:1',
    '`output_dir` is not a setting of Holdfast: delete it, every run has its own folder under .holdfast/runs.',
    '',
  ],
  // The missing `file` is the same mistake.
  [
    'probes: {sets: [{name: a, path: rows.jsonl}]}',
    '4:27',
    '`probes.sets[0].path` is not a setting of Holdfast: did you mean `file`, as it is called here?',
    'probes: {sets: [{name: a, file: rows.jsonl}]}',
  ],
])('%j: a word of another trainer', check);

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a key like any other', (key) => {
  const word = `\`${key}\` is not a setting of Holdfast: delete it`;
  expect(toldOf(`${key}: {polluted: true}`)).toEqual([`4:1 unknown-key: ${word}.`]);
  expect(toldOf(`probes: {${key}: 1}`)).toEqual([expect.stringMatching(/^4:10 unknown-key: /)]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a misspelt key is not called missing as well', () => {
  expect(told('version: 1\nbase_model: model\ntrain_path: rows.jsonl')).toEqual([
    expect.stringMatching(/^2:1 unknown-key: .*`model_name_or_path`/),
    expect.stringMatching(/^3:1 unknown-key: .*`train_file`/),
  ]);
});
