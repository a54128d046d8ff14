import { expect, test } from 'vitest';
import { aboutBytes, aboutTime } from '../../src/config/approximately.ts';

test.each([
  [0, '0 kB'],
  [1_234, '1.2 kB'],
  [999_600, '1 MB'],
  [1_370_880, '1.4 MB'],
  [468_891_866, '470 MB'],
  [999_600_000, '1 GB'],
  [24_732_000_000, '25 GB'],
  [141e9, '140 GB'],
])('%i bytes are about %s', (bytes, expected) => {
  expect(aboutBytes(bytes)).toBe(expected);
});

test.each([
  [0.2, '1 s'],
  [42.4, '42 s'],
  [59.9, '1 min'],
  [754, '13 min'],
  [3_590, '1 h'],
  [9_000, '2.5 h'],
  [170_000, '47 h'],
  [260_000, '3 days'],
  [1e8, '1,200 days'],
])('%d seconds are about %s', (seconds, expected) => {
  expect(aboutTime(seconds)).toBe(expected);
});
