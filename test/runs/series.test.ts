import { describe, expect, it } from 'vitest';
import {
  append,
  CHUNK_LENGTH,
  emptySeries,
  itemAt,
  lastItem,
  lastItems,
  takeLeading,
  toArray,
  type Series,
} from '../../src/runs/series.ts';

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index);
const seriesOf = (length: number): Series<number> =>
  numbers(length).reduce(append<number>, emptySeries<number>());

describe.each([0, 1, CHUNK_LENGTH - 1, CHUNK_LENGTH, CHUNK_LENGTH + 1, 3 * CHUNK_LENGTH + 5])(
  'a series of %i items',
  (length) => {
    const series = seriesOf(length);
    const items = numbers(length);

    it('holds what was appended', () => {
      expect(series.length).toBe(length);
      expect(toArray(series)).toEqual(items);
      expect(lastItem(series)).toBe(items.at(-1));
      expect([-1, 0, length - 1, length].map((index) => itemAt(series, index))).toEqual(
        [-1, 0, length - 1, length].map((index) => items[index]),
      );
    });

    it.each([0, 1, CHUNK_LENGTH, CHUNK_LENGTH + 7, 10_000])('gives its last %i items', (count) => {
      expect(lastItems(series, count)).toEqual(items.slice(Math.max(0, length - count)));
    });

    it.each([0, 1, CHUNK_LENGTH - 1, CHUNK_LENGTH, CHUNK_LENGTH + 1, 10_000])(
      'can be cut back to %i',
      (kept) => {
        const cut = takeLeading(series, (item) => item < kept);
        expect(toArray(cut)).toEqual(items.slice(0, kept));
        // Appending after a cut is what a resumed run does.
        expect(toArray(append(cut, -5))).toEqual([...items.slice(0, kept), -5]);
        expect(toArray(series)).toEqual(items);
      },
    );
  },
);

it('grows two ways from one series without mixing them up', () => {
  const common = seriesOf(CHUNK_LENGTH - 1);
  const [left, right] = [append(append(common, 1), 2), append(append(common, 3), 4)];
  expect(toArray(left).slice(-2)).toEqual([1, 2]);
  expect(toArray(right).slice(-2)).toEqual([3, 4]);
  expect(common.length).toBe(CHUNK_LENGTH - 1);
});

it('shares full chunks with the older series instead of copying them', () => {
  const older = seriesOf(2 * CHUNK_LENGTH);
  const newer = append(older, 0);
  expect(newer.chunks).toBe(older.chunks);
});
