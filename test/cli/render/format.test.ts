import { describe, expect, it } from 'vitest';
import { bar, bytes, clip, duration, grouped, percent, pValue, share } from '../../../src/base/format.ts';
import { table } from '../../../src/cli/render/table.ts';
import { printable } from '../../../src/cli/terminal.ts';

const check = (name: string, actual: string, expected: string): void =>
  it(`${name}: ${expected}`, () => expect(actual).toBe(expected));

describe('durations', () => {
  check('none yet', duration(undefined), '?');
  check('endless', duration(Infinity), '?');
  check('never negative', duration(-3), '0:00');
  check('rounds', duration(59.6), '1:00');
  check('minutes', duration(754), '12:34');
  check('hours', duration(3_723), '1:02:03');
});

describe('numbers', () => {
  check('share', share(0.9726), '0.973');
  check('share of nothing', share(0 / 0), '-');
  check('share not measured', share(undefined), '-');
  check('percent', percent(0.0561), '5.6 %');
  check('percent not measured', percent(null), '-');
  check('grouped', grouped(1_053_824.4), '1,053,824');
  check('megabytes', bytes(37_400_000), '37 MB');
  check('gigabytes', bytes(1_240_000_000), '1.2 GB');
  check('p', pValue(0.0312), '0.031');
  check('tiny p', pValue(0.0004), '< 0.001');
});

describe('bars', () => {
  check('nothing', bar(0, 10, 4), '[····]');
  check('half', bar(5, 10, 4), '[██··]');
  check('everything', bar(10, 10, 4), '[████]');
  check('more than everything', bar(11, 10, 4), '[████]');
  check('unknown length', bar(3, 0, 4), '[····]');
});

describe('clipping', () => {
  check('fits', clip('abc', 3), 'abc');
  check('does not fit', clip('abcd', 3), 'ab…');
  check('cuts between characters', clip('🦐🦐🦐', 2), '🦐…');
  check('no room', clip('abc', 0), '…');
});

describe('text of other people', () => {
  check('colours', printable('\u001b[31mred\u001b[0m'), ' [31mred [0m');
  check('lines', printable('a\r\nb\tc'), 'a  b c');
  check('one-byte control sequences', printable('\u009b2J'), ' 2J');
  check('right to left override', printable('a\u202eb\u2066c'), 'a b c');
  check('ordinary text', printable('Łódź 東京 🦐'), 'Łódź 東京 🦐');
});

it('tables align the first column left, the others right', () => {
  expect(
    table(
      ['', 'held'],
      [
        ['short', '0.973'],
        ['much longer', '1'],
      ],
    ).split('\n'),
  ).toEqual(['               held', 'short         0.973', 'much longer       1']);
});
