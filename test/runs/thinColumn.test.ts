import { describe, expect, it } from 'vitest';
import { MinMaxColumn } from '../../src/runs/minMaxColumn.ts';
import { nearestIndex, thinColumn } from '../../src/runs/thinColumn.ts';

const LENGTH = 100_000;

function series(valueAt: (index: number) => number, length = LENGTH): [MinMaxColumn, MinMaxColumn] {
  const [xs, ys] = [new MinMaxColumn(), new MinMaxColumn()];
  xs.append(Float64Array.from({ length }, (_, index) => index + 1));
  ys.append(Float64Array.from({ length }, (_, index) => valueAt(index)));
  return [xs, ys];
}

describe('thinColumn', () => {
  it('gives every point where they are few', () => {
    const [xs, ys] = series((index) => index * 2, 5);
    expect(thinColumn(xs, ys, { from: 1, to: 5 }, 100)).toEqual(
      [0, 1, 2, 3, 4].map((index) => ({ x: index + 1, y: index * 2 })),
    );
  });

  it('still shows a spike of a single step at full zoom-out, at its own place', () => {
    const [xs, ys] = series((index) => (index === 54_321 ? 99 : Math.sin(index)));
    const points = thinColumn(xs, ys, { from: 1, to: LENGTH }, 500);
    expect(points.length).toBeLessThanOrEqual(2 * 500 + 4);
    expect(points.filter(({ y }) => y === 99)).toEqual([{ x: 54_322, y: 99 }]);
  });

  it('never goes back, and ends where the curve ends', () => {
    const [xs, ys] = series((index) => Math.cos(index * 17));
    const points = thinColumn(xs, ys, { from: 1, to: LENGTH }, 333);
    expect(points.every(({ x }, index) => index === 0 || x > (points[index - 1]?.x ?? 0))).toBe(true);
    expect(points[0]?.x).toBe(1);
    expect(points.at(-1)?.x).toBe(LENGTH);
  });

  it('gives the neighbours outside the window, so that lines reach its edges', () => {
    const [xs, ys] = series((index) => index);
    const points = thinColumn(xs, ys, { from: 500.5, to: 503.5 }, 300);
    expect(points.map(({ x }) => x)).toEqual([500, 501, 502, 503, 504, 505]);
    const many = thinColumn(xs, ys, { from: 10_000.5, to: 90_000.5 }, 300);
    expect(many[0]?.x).toBe(10_000);
    expect(many.at(-1)?.x).toBeGreaterThan(90_000.5);
  });

  it('shows what is no number as a gap', () => {
    const [xs, ys] = series((index) => (index > 50_000 ? NaN : 1));
    const points = thinColumn(xs, ys, { from: 1, to: LENGTH }, 100);
    expect(points.at(-1)?.y).toBeNaN();
    expect(points.filter(({ y }) => Number.isNaN(y)).length).toBeGreaterThan(40);
  });

  it('takes an empty series and an empty window', () => {
    const [xs, ys] = [new MinMaxColumn(), new MinMaxColumn()];
    expect(thinColumn(xs, ys, { from: 0, to: 1 }, 100)).toEqual([]);
    const [some, values] = series((index) => index, 10);
    expect(thinColumn(some, values, { from: 20, to: 30 }, 100)).toEqual([{ x: 10, y: 9 }]);
  });
});

describe('nearestIndex', () => {
  it.each([
    [-5, 0],
    [1, 0],
    [1.4, 0],
    [1.6, 1],
    [9, 4],
  ])('of %d', (wanted, index) => {
    expect(nearestIndex(series((value) => value, 5)[0], wanted)).toBe(index);
  });

  it('is -1 of nothing', () => {
    expect(nearestIndex(new MinMaxColumn(), 3)).toBe(-1);
  });
});
