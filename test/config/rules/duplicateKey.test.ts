import { expect, test } from 'vitest';
import { toldOf } from '../configs.ts';

test.each([
  ['seed: 1\nseed: 1', ['5:1 duplicate-key: `seed` is set already on line 4: delete one of the two.']],
  ['version: 1', ['4:1 duplicate-key: `version` is set already on line 1: delete one of the two.']],
  ['seed: 1\n"seed": 2', ['5:1 duplicate-key: `seed` is set already on line 4: delete one of the two.']],
  // The second one does not count, so its value is nobody's problem.
  ['seed: 1\nseed: x', ['5:1 duplicate-key: `seed` is set already on line 4: delete one of the two.']],
  [
    'probes: {max_facts: 500, max_facts: 600}',
    ['4:26 duplicate-key: `probes.max_facts` is set already on line 4: delete one of the two.'],
  ],
  // The same name in two blocks is not the same key.
  ['probes: {sets: [{name: a, file: rows.jsonl}, {name: b, file: rows.jsonl}]}', []],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});
