import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { LEAST, SURROUNDINGS, toldOf } from '../configs.ts';

test.each([
  ['max_steps: 10\nwarmup_steps: 9', []],
  [
    'max_steps: 10\nwarmup_steps: 10',
    [
      '5:15 warmup-too-long: `warmup_steps` is `10` and `max_steps` only `10`, so the learning rate never reaches its peak: write fewer warm-up steps.',
    ],
  ],
  // Below 1 it is a share of all steps.
  ['max_steps: 1\nwarmup_steps: 0.9', []],
  ['warmup_steps: 1000', []],
  ['max_steps: -1\nwarmup_steps: 1000', []],
  ['max_steps: 0\nwarmup_steps: 0', []],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});

test('it is a warning: the run can start', () => {
  const { problems } = checkConfig(`${LEAST}max_steps: 1\nwarmup_steps: 1`, SURROUNDINGS);
  expect(problems.map(({ level }) => level)).toEqual(['warning']);
});
