import { expect, it } from 'vitest';
import { MovingAverage } from '../../src/runs/smoothing.ts';

it('is the debiased average, by hand', () => {
  // 0.5 * 4 / 0.5 = 4; (0.5 * 2 + 0.5 * 8) / 0.75 = 20 / 3; ...
  expect([...new MovingAverage(0.5).next([4, 8])]).toEqual([4, 5 / 0.75]);
});

it('goes on where it was, whatever the pieces', () => {
  const values = [3, 1, NaN, 4, 1, Infinity, 5];
  const average = new MovingAverage(0.9);
  const pieces = [...average.next(values.slice(0, 3)), ...average.next(values.slice(3))];
  expect(pieces).toEqual([...new MovingAverage(0.9).next(values)]);
  expect(pieces[2]).toBeNaN();
  expect(pieces[5]).toBeNaN();
});

it('is the values themselves where nothing is kept', () => {
  expect([...new MovingAverage(0).next([2, 7])]).toEqual([2, 7]);
});
