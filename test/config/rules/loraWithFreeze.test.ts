import { expect, test } from 'vitest';
import { toldBy } from '../configs.ts';

test('adapters and frozen groups are one too many', () => {
  expect(toldBy('lora-with-freeze', 'lora: {r: 8}\nfreeze: {groups: [ffn]}')).toEqual([
    expect.stringMatching(
      /^5:1 lora-with-freeze: `freeze` and `lora` do not go together, .*: delete `freeze` .*\.$/,
    ),
  ]);
});

test.each(['lora: {r: 8}', 'freeze: {groups: [ffn]}', 'lora: {}\nself_distill: {}'])(
  '%j is fine',
  (added) => {
    expect(toldBy('lora-with-freeze', added)).toEqual([]);
  },
);
