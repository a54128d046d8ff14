import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { createNumberTable } from '../../src/facts/rows/numberTable.ts';
import { createSample } from '../../src/facts/rows/sample.ts';
import { sharedPrefix } from '../../src/facts/rows/sharedPrefix.ts';
import { createTextHash } from '../../src/facts/rows/textHash.ts';

test('a table of numbers says what a map would', () => {
  const random = createRandom(1, 'table');
  const [table, map] = [createNumberTable(), new Map<number, number>()];
  for (let turn = 0; turn < 20_000; turn++) {
    // Few low bits, so that many keys want the same slot.
    const key = 1 + random.below(2_000) * 2 ** 40 + random.below(4);
    expect(table.get(key)).toBe(map.get(key));
    const value = random.below(2 ** 32);
    table.set(key, value);
    map.set(key, value);
  }
  expect(table.size).toBe(map.size);
});

test('texts that differ have numbers that differ, within 53 bits', () => {
  const hash = createTextHash(12_345);
  const texts = Array.from({ length: 100_000 }, (_item, index) => `text ${index.toString(3)}`);
  const numbers = new Set([...texts, '', 'a', 'a\0', 'aa', '\0', 'é', '😀'].map(hash));
  expect(numbers.size).toBe(texts.length + 7);
  for (const number of numbers) expect(Number.isSafeInteger(number) && number > 0).toBe(true);
  expect(hash('text')).toBe(hash('text'));
  expect(createTextHash(54_321)('text')).not.toBe(hash('text'));
});

test('every bit of a hash is set in half of all texts', () => {
  const hash = createTextHash(7);
  const numbers = Array.from({ length: 20_000 }, (_item, index) => BigInt(hash(`question ${index}?`)));
  for (let bit = 0n; bit < 53n; bit++) {
    const share = numbers.filter((number) => (number >> bit) & 1n).length / numbers.length;
    expect(Math.abs(share - 0.5), `bit ${bit}`).toBeLessThan(0.02);
  }
});

describe('a sample', () => {
  const taken = (offered: number, maxItems: number, maxBytes: number, bytes = 1): number[] => {
    const sample = createSample<number>(maxItems, maxBytes);
    for (let index = 0; index < offered; index++) sample.offer(bytes, () => index);
    expect(sample.offered()).toBe(offered);
    return [...sample.items()];
  };
  const even = (count: number, stride: number): number[] =>
    Array.from({ length: count }, (_item, index) => index * stride);

  test.each([
    ['nothing', taken(0, 10, 100), []],
    ['all within the caps', taken(10, 10, 100), even(10, 1)],
    ['every second above them', taken(11, 10, 100), even(6, 2)],
    ['by weight', taken(11, 100, 10), even(6, 2)],
    ['every hundred and twenty-eighth', taken(1_000, 10, 100), even(8, 128)],
    ['one that is too heavy by itself', taken(5, 10, 100, 1_000), [0]],
  ])('takes %s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('makes no item that it does not take', () => {
    const sample = createSample<number>(10, 1e9);
    let made = 0;
    for (let index = 0; index < 100_000; index++) sample.offer(1, () => (made += 1));
    expect(made).toBeLessThan(10 * 20);
  });
});

describe('the share of tokens that rows have in common at their beginning', () => {
  test.each([
    ['of nothing', [], 0],
    ['of one row', [[1, 2, 3]], 0],
    [
      'of equal rows',
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      4 / 6,
    ],
    [
      'of a row within another',
      [
        [1, 2, 3],
        [1, 2],
      ],
      2 / 5,
    ],
    [
      'whatever the order',
      [
        [1, 2, 3],
        [4, 5],
        [1, 2, 9],
        [4, 5, 6],
      ],
      4 / 11,
    ],
    [
      'of rows that only end alike',
      [
        [1, 9],
        [2, 9],
      ],
      0,
    ],
  ])('%s', (_name, rows, expected) => {
    expect(sharedPrefix(rows.map((row) => Uint32Array.from(row)))).toBeCloseTo(expected, 12);
  });

  test('is what a set of all prefixes says', () => {
    const random = createRandom(3, 'prefixes');
    const rows = Array.from({ length: 300 }, () =>
      Array.from({ length: random.below(8) }, () => random.below(3)),
    );
    const seen = new Set<string>();
    let [tokens, shared] = [0, 0];
    for (const row of rows)
      for (let length = 1; length <= row.length; length++) {
        const prefix = row.slice(0, length).join(' ');
        tokens += 1;
        if (seen.has(prefix)) shared += 1;
        seen.add(prefix);
      }
    expect(sharedPrefix(rows.map((row) => Uint32Array.from(row)))).toBeCloseTo(shared / tokens, 12);
  });
});
