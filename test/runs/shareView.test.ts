import { expect, it } from 'vitest';
import { shareView } from '../../src/runs/shareView.ts';
import { score } from './events.ts';

it('is a share with the interval around it', () => {
  // Wilson's interval of 81 in 263: Newcombe 1998, table I.
  expect(shareView(score(81, 263, 7, 3))).toEqual({
    share: 81 / 263,
    low: expect.closeTo(0.2553, 4) as number,
    high: expect.closeTo(0.3662, 4) as number,
    correct: 81,
    total: 263,
  });
});

it('touches its ends where everything or nothing is right', () => {
  expect(shareView(score(5, 5))).toMatchObject({ share: 1, high: 1 });
  expect(shareView(score(0, 5))).toMatchObject({ share: 0, low: 0 });
});

it.each([null, undefined, score(0, 0)])('is nothing of %j', (measured) => {
  expect(shareView(measured)).toBeNull();
});
