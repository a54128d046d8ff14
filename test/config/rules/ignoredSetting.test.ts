import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { LEAST, SURROUNDINGS, toldOf } from '../configs.ts';

test.each([
  ['eval_steps: 5', []],
  ['eval_steps: 5\neval_strategy: steps', []],
  [
    'eval_steps: 5\neval_strategy: epoch',
    [
      '4:1 ignored-setting: `eval_steps` has no effect because `eval_strategy` is `epoch`: write `eval_strategy: steps`, or delete `eval_steps`.',
    ],
  ],
  ['save_steps: 5\nsave_strategy: steps', []],
  ['save_strategy: best', []],
  [
    'save_steps: 5',
    [
      '4:1 ignored-setting: `save_steps` has no effect because `save_strategy` is `best`, the default: write `save_strategy: steps`, or delete `save_steps`.',
    ],
  ],
  ['max_steps: -1\nnum_train_epochs: 2', []],
  ['max_steps: 0\nnum_train_epochs: 2', []],
  ['max_steps: 10', []],
  [
    'max_steps: 10\nnum_train_epochs: 2',
    [
      '5:1 ignored-setting: `num_train_epochs` has no effect because `max_steps` is `10`: delete one of the two.',
    ],
  ],
  // What is wrong decides nothing.
  [
    'eval_steps: 5\neval_strategy: 7',
    ['5:16 wrong-value: `eval_strategy` is `7`: write `no`, `steps` or `epoch`.'],
  ],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});

test('it is a hint: the run can start', () => {
  const { problems } = checkConfig(`${LEAST}save_steps: 5`, SURROUNDINGS);
  expect(problems.map(({ level }) => level)).toEqual(['hint']);
});
