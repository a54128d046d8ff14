import { expect, test } from 'vitest';
import { toldOf } from '../configs.ts';

function sets(...names: string[]): string {
  return `probes: {sets: [${names.map((name) => `{name: ${name}, file: rows.jsonl}`).join(', ')}]}`;
}

test.each([
  [sets('a', 'b', 'A'), []],
  [
    sets('a', 'b', 'a'),
    ['4:82 duplicate-probe-set: Two probe sets are called `a`: give each a name of its own.'],
  ],
  [
    sets('a', 'a', 'a'),
    [
      '4:53 duplicate-probe-set: Two probe sets are called `a`: give each a name of its own.',
      '4:82 duplicate-probe-set: Two probe sets are called `a`: give each a name of its own.',
    ],
  ],
  ['probes: {sets: auto}', []],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});
