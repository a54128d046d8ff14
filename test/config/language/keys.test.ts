import { expect, test } from 'vitest';
import { LEAST } from '../configs.ts';
import { accept, labels, offered, typed } from './typing.ts';

const JSON_LEAST = '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"';

test('the keys a config must have come first, and each once', () => {
  const sorted = [...offered('seed: 1\n‸')].sort((a, b) => (a.sort < b.sort ? -1 : 1));
  expect(labels(sorted).slice(0, 4)).toEqual(['version', 'model_name_or_path', 'train_file', 'from_config']);
  expect(labels(sorted)).not.toContain('seed');
  expect(new Set(labels(sorted)).size).toBe(sorted.length);
});

const SELF_DISTILL = ['kd_weight', 'temperature', 'positions', 'teacher', 'snapshot_epochs', 'snapshot_data'];

test.each<[string, string[]]>([
  // By indentation.
  ['self_distill:\n  ‸', SELF_DISTILL],
  ['self_distill:\n  kd_weight: 1\n  ‸', SELF_DISTILL.slice(1)],
  ['self_distill:\n  ‸\n  kd_weight: 1\nseed: 3\n', SELF_DISTILL.slice(1)],
  ['self_distill:\n  t‸\n  kd_weight: 1\n', SELF_DISTILL.slice(1)],
  ['self_distill:\r\n  kd_weight: 1\r\n  ‸\r\n', SELF_DISTILL.slice(1)],
  ['self_distill:\n\n  # why\n  kd_weight: 1\n\n    \n  ‸', SELF_DISTILL.slice(1)],
  ['self_distill:\n    ‸\n    kd_weight: 1\n', SELF_DISTILL.slice(1)],
  ['"self_distill":\n  ‸', SELF_DISTILL],
  // In braces, closed or not.
  ['self_distill: {‸}', SELF_DISTILL],
  ['self_distill: {kd_weight: 1, ‸}', SELF_DISTILL.slice(1)],
  ['self_distill: {kd_weight: 1, t‸', SELF_DISTILL.slice(1)],
  ['self_distill: {kd_weight: 1,\n  ‸\nseed: 2\n', SELF_DISTILL.slice(1)],
  ['self_distill: {‸, kd_weight: 1}\nseed: 2\n', SELF_DISTILL.slice(1)],
  // In JSON, with and without the comma that it needs.
  ['{"self_distill": {‸}}', SELF_DISTILL],
  ['{"self_distill": {"kd_weight": 1, "‸"}}', SELF_DISTILL.slice(1)],
  ['{"self_distill": {"kd_weight": 1\n    "‸"\n  }}', SELF_DISTILL.slice(1)],
  ['{"seed": 1, "self_distill": {"kd_weight": 1, "te‸', SELF_DISTILL.slice(1)],
  // Items of lists.
  ['train_file:\n  - ‸', ['path', 'weight']],
  ['train_file:\n  - path: a\n    ‸', ['weight']],
  ['train_file:\n- path: a\n  ‸\n- path: b\n  weight: 2\n', ['weight']],
  ['train_file: [{path: a}, {‸}]', ['path', 'weight']],
  ['probes:\n  sets:\n    - name: a\n      ‸\n      file: b\n  max_facts: 3\n', ['prompts']],
  // Where the text around is broken.
  [
    'version: 1\nmodel_name_or_path: "model\nlora:\n  ‸\ntrain_file: [\n',
    ['r', 'lora_alpha', 'lora_dropout', 'target_modules'],
  ],
  ['}}] : : @\nlora:\n  r: 8\n  ‸', ['lora_alpha', 'lora_dropout', 'target_modules']],
])('%j', (text, keys) => {
  expect(labels(offered(text)).filter((label) => !label.startsWith('-'))).toEqual(keys);
});

test.each([
  'prompt_template: |\n  Answer\n  ‸',
  'learning_rate: 5.0e-5\n  ‸',
  'seed: "1" ‸',
  'unknown:\n  ‸',
  'train_file:\n  - path: a\n    weight: 1\n    ‸',
  'seed: {a: [{‸',
])('nothing is offered at %j', (text) => {
  expect(offered(text)).toEqual([]);
});

test.each([
  [`${LEAST}‸`, 'learning_rate', `${LEAST}learning_rate: `],
  [`${LEAST}lea‸`, 'learning_rate', `${LEAST}learning_rate: `],
  // The colon is there already.
  [`${LEAST}lea‸rn: 1\n`, 'learning_rate', `${LEAST}learning_rate: 1\n`],
  [`${LEAST}"lea‸": 1\n`, 'learning_rate', `${LEAST}"learning_rate": 1\n`],
  [`train_file:\n  - pa‸th: a\n`, 'weight', 'train_file:\n  - weight: a\n'],
  // Blocks come with what most people put in them.
  [
    `${LEAST}‸`,
    'self_distill',
    `${LEAST}self_distill:\n  kd_weight: 1.0\n  temperature: 0.5\n  positions: all\n  teacher: snapshot`,
  ],
  [`${LEAST}fr‸\nseed: 1\n`, 'freeze', `${LEAST}freeze:\n  trainable_groups: [attention]\nseed: 1\n`],
  [`${LEAST}freeze:\n  ‸`, 'groups', `${LEAST}freeze:\n  groups: []`],
  [`${LEAST}‸`, 'version', undefined],
  ['‸\n', 'version', 'version: 1\n'],
  // Commas, before and behind.
  ['freeze: {‸groups: [q]}', 'trainable_groups', 'freeze: {trainable_groups: [q]}'],
  ['freeze: {‸ groups: [q]}', 'trainable_groups', 'freeze: {trainable_groups: [], groups: [q]}'],
  [`${JSON_LEAST},\n  "‸"\n}`, 'engine', `${JSON_LEAST},\n  "engine": ""\n}`],
  [`${JSON_LEAST}\n  "en‸"\n}`, 'engine', `${JSON_LEAST},\n  "engine": ""\n}`],
  [`${JSON_LEAST},\n  ‸\n  "seed": 1}`, 'lora', `${JSON_LEAST},\n  "lora": {},\n  "seed": 1}`],
  [`${JSON_LEAST}, "‸, "seed": 1}`, 'max_steps', `${JSON_LEAST}, "max_steps": , "seed": 1}`],
])('%j with %s', (text, label, expected) => {
  const found = offered(text).find((completion) => completion.label === label);
  expect(found === undefined ? undefined : accept(typed(text), found)).toBe(expected);
});

test('a key that waits for its value is completed further', () => {
  const byLabel = new Map(offered(`${LEAST}‸`).map((completion) => [completion.label, completion]));
  expect(byLabel.get('engine')?.goesOn).toBe(true);
  expect(byLabel.get('self_distill')?.goesOn).toBe(false);
});

test('keys say their type, default and meaning', () => {
  const found = offered(`${LEAST}learn‸`).find(({ label }) => label === 'learning_rate');
  expect(found?.detail).toBe('a number above 0, default 5.0e-5');
  expect(found?.documentation).toMatch(/^Peak learning rate\. The setting that matters most\./);
  expect(found?.documentation).toContain('- `2.0e-4`: usual for LoRA');
});

test('a name of another trainer finds ours', () => {
  const [own] = offered(`${LEAST}micro_b‸`).filter(({ filter }) => filter.startsWith('micro_b'));
  expect(own).toMatchObject({
    label: 'per_device_train_batch_size',
    filter: 'micro_batch_size',
    detail: 'micro_batch_size in Axolotl',
  });
});
