import { describe, expect, it } from 'vitest';
import { between, panned, zoomed } from '../../webview/charts/zoom.ts';

const WHOLE = { from: 100, to: 200 };
const close = (from: number, to: number) => ({
  from: expect.closeTo(from, 9) as number,
  to: expect.closeTo(to, 9) as number,
});

describe('zooming', () => {
  it('keeps what is under the pointer where it is', () => {
    expect(zoomed(WHOLE, WHOLE, 0.5, 100)).toEqual(close(100, 150));
    expect(zoomed(WHOLE, WHOLE, 0.5, 150)).toEqual(close(125, 175));
    expect(zoomed({ from: 120, to: 160 }, WHOLE, 0.25, 130)).toEqual(close(127.5, 137.5));
  });

  it('in and out again leads back', () => {
    const inside = zoomed({ from: 120, to: 160 }, WHOLE, 0.5, 130)!;
    expect(zoomed(inside, WHOLE, 2, 130)).toEqual(close(120, 160));
  });

  it('out never leaves what there is, and ends with all of it', () => {
    expect(zoomed({ from: 110, to: 130 }, WHOLE, 2, 120)).toEqual(close(100, 140));
    expect(zoomed({ from: 110, to: 190 }, WHOLE, 2, 150)).toBeUndefined();
    expect(zoomed(WHOLE, WHOLE, 1, 150)).toBeUndefined();
  });

  it('in ends where there is nothing more to see', () => {
    let window = WHOLE;
    for (let turn = 0; turn < 200; turn++) window = zoomed(window, WHOLE, 0.5, 150)!;
    expect(window.to - window.from).toBeCloseTo(1e-6 * 100, 9);
    expect((window.from + window.to) / 2).toBeCloseTo(150, 6);
    // And leads out again.
    expect(zoomed(window, WHOLE, 10, 150)!.to - window.from).toBeGreaterThan(1e-6 * 100);
  });
});

describe('panning', () => {
  it('moves by a share of what is seen', () => {
    expect(panned({ from: 120, to: 140 }, WHOLE, 0.5)).toEqual(close(130, 150));
    expect(panned({ from: 120, to: 140 }, WHOLE, -0.25)).toEqual(close(115, 135));
    expect(panned({ from: 120, to: 140 }, WHOLE, 0)).toEqual(close(120, 140));
  });

  it('stops at the edges without squeezing what is seen', () => {
    expect(panned({ from: 170, to: 190 }, WHOLE, 5)).toEqual(close(180, 200));
    expect(panned({ from: 110, to: 130 }, WHOLE, -5)).toEqual(close(100, 120));
    expect(panned({ from: 180, to: 200 }, WHOLE, 1)).toEqual(close(180, 200));
  });

  it('of all there is moves nothing', () => {
    expect(panned(WHOLE, WHOLE, 0.3)).toBeUndefined();
  });
});

describe('choosing a stretch', () => {
  it('is the same in whichever direction', () => {
    expect(between(120, 140, WHOLE)).toEqual({ from: 120, to: 140 });
    expect(between(140, 120, WHOLE)).toEqual({ from: 120, to: 140 });
  });

  it('is cut to what there is', () => {
    expect(between(50, 120, WHOLE)).toEqual({ from: 100, to: 120 });
    expect(between(50, 500, WHOLE)).toBeUndefined();
    expect(between(100, 200, WHOLE)).toBeUndefined();
  });

  it('of no width is the narrowest, around that place', () => {
    const { from, to } = between(150, 150, WHOLE)!;
    expect(to - from).toBeCloseTo(1e-4, 9);
    expect((from + to) / 2).toBeCloseTo(150, 9);
  });
});

// Regression: at an edge, and outside, the narrowest window reaches out of what there is by half of its width.
it.each([
  [100, 100],
  [200, 200],
  [300, 400],
])('from %d to %d it stays inside', (one, other) => {
  const { from, to } = between(one, other, WHOLE)!;
  expect(from).toBeGreaterThanOrEqual(WHOLE.from);
  expect(to).toBeLessThanOrEqual(WHOLE.to);
});
