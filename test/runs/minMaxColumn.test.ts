import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { MinMaxColumn } from '../../src/runs/minMaxColumn.ts';

function columnOf(values: readonly number[], pieces = 1): MinMaxColumn {
  const column = new MinMaxColumn();
  const size = Math.ceil(values.length / pieces);
  for (let at = 0; at < values.length; at += size) column.append(values.slice(at, at + size));
  return column;
}

/** What it must say, by looking at every value. */
function slowly(values: readonly number[], from: number, to: number): [number, number] | undefined {
  const numbers = values.slice(from, to).filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? undefined : [Math.min(...numbers), Math.max(...numbers)];
}

describe('MinMaxColumn', () => {
  it.each([1, 15, 16, 17, 255, 256, 257, 4_096, 5_000])(
    'finds the extremes of any stretch of %i values',
    (length) => {
      const stream = createRandom(length);
      const random = (): number => stream.uniform();
      const values = Array.from({ length }, () => (random() < 0.1 ? NaN : random() - 0.5));
      for (const pieces of [1, 7]) {
        const column = columnOf(values, pieces);
        expect(column.length).toBe(length);
        for (let trial = 0; trial < 200; trial++) {
          const from = Math.floor(random() * length);
          const to = from + Math.floor(random() * (length - from + 2));
          const found = column.extremes(from, to);
          const said = found === undefined ? undefined : [values[found.low], values[found.high]];
          expect(said).toEqual(slowly(values, from, to));
          if (found !== undefined) expect(found.low >= from && found.high < to).toBe(true);
        }
      }
    },
  );

  it('keeps infinities as extremes and NaN as gaps', () => {
    const column = columnOf([NaN, 3, -Infinity, Infinity, NaN]);
    expect(column.extremes(0, 5)).toEqual({ low: 2, high: 3 });
    expect(column.extremes(4, 5)).toBeUndefined();
    expect(column.extremes(3, 3)).toBeUndefined();
    expect(column.at(9)).toBeNaN();
  });

  it('begins anew when cleared', () => {
    const column = columnOf([5, 6, 7]);
    column.clear();
    column.append([1]);
    expect(column.extremes(0, 3)).toEqual({ low: 0, high: 0 });
  });
});
