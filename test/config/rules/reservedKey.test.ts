import { expect, test } from 'vitest';
import { RESERVED_KEYS } from '../../../src/protocol/runConfig.ts';
import { toldOf } from '../configs.ts';

test.each([
  // Neither the keys inside nor an empty value are a second problem.
  ['replay: {ratio: 1}', 'replay', 'replay is not in this version yet'],
  ['ewc:', 'ewc', 'elastic weight consolidation is not in this version yet'],
  ['l2: no', 'l2', 'the L2 pull is not in this version yet'],
])('%j', (added, key, reason) => {
  expect(toldOf(added)).toEqual([
    `4:1 reserved-key: \`${key}\` cannot be used: ${reason}; delete it to run without.`,
  ]);
});

test.each(Object.keys(RESERVED_KEYS))('%s is refused once', (key) => {
  expect(toldOf(`${key}: 1`)).toEqual([expect.stringMatching(/^4:1 reserved-key: /)]);
});

test('only at the top level', () => {
  expect(toldOf('probes: {replay: 1}')).toEqual([expect.stringMatching(/^4:10 unknown-key: /)]);
});
