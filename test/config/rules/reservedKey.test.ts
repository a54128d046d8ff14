import { expect, test } from 'vitest';
import { RESERVED_KEYS } from '../../../src/protocol/runConfig.ts';
import { toldOf } from '../configs.ts';

test.each([
  // Neither the keys inside nor an empty value are a second problem.
  ['replay: {ratio: 1}', 'replay', 'replay is not in this version yet'],
  ['lora:', 'lora', 'LoRA is not in this version yet'],
  ['launch: no', 'launch', 'several GPUs or machines are not in this version yet'],
])('%j', (added, key, reason) => {
  expect(toldOf(added)).toEqual([
    `4:1 reserved-key: \`${key}\` cannot be used: ${reason}; delete it to run without.`,
  ]);
});

test.each(Object.keys(RESERVED_KEYS))('%s is refused once', (key) => {
  expect(toldOf(`${key}: 1`)).toEqual([expect.stringMatching(/^4:1 reserved-key: /)]);
});

test('only at the top level', () => {
  expect(toldOf('probes: {lora: 1}')).toEqual([expect.stringMatching(/^4:10 unknown-key: /)]);
});
