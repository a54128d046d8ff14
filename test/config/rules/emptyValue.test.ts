import { expect, test } from 'vitest';
import { told, toldOf } from '../configs.ts';

test.each([
  [
    'seed:',
    '4:1',
    '`seed` has no value: write a whole number from 0 to 4294967295, or delete the key to get the default.',
  ],
  [
    'seed: # none',
    '4:1',
    '`seed` has no value: write a whole number from 0 to 4294967295, or delete the key to get the default.',
  ],
  [
    'seed: ~',
    '4:7',
    '`seed` has no value: write a whole number from 0 to 4294967295, or delete the key to get the default.',
  ],
  ['eval_file: null', '4:12', '`eval_file` has no value: write a path, or delete the key.'],
  ['probes: {prompts: [null]}', '4:20', '`probes.prompts[0]` has no value: write a text.'],
  [
    'probes:',
    '4:1',
    '`probes` has no value: write a block of {sets, prompts, num_prompts, num_fewshot, max_facts, max_forgetting, on_exceeded}, or delete the key to get the default.',
  ],
  ['probes: {sets: [{name: a, file: }]}', '4:27', '`probes.sets[0].file` has no value: write a path.'],
])('%j', (added, place, message) => {
  expect(toldOf(added)).toEqual([`${place} empty-value: ${message}`]);
});

test('what must be there cannot be deleted', () => {
  expect(told('version: 1\nmodel_name_or_path:\ntrain_file: rows.jsonl')).toEqual([
    '2:1 empty-value: `model_name_or_path` has no value: write a path.',
  ]);
});
