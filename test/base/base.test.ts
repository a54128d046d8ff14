import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import { createRandom, shuffled } from '../../src/base/random.ts';
import { plural } from '../../src/base/text.ts';

describe('seeded randomness', () => {
  it('is the same for a seed, other for another, and 0 is a seed', () => {
    const draw = (seed: number, name: string): number[] => {
      const random = createRandom(seed, name);
      return [random.uniform(), random.normal(), random.below(1_000)];
    };
    expect(draw(0, 'a')).toEqual(draw(0, 'a'));
    expect(draw(0, 'a')).not.toEqual(draw(1, 'a'));
    expect(draw(0, 'a')).not.toEqual(draw(0, 'b'));
    // Fixed for ever: stored models and row orders hang on it.
    expect(createRandom(7, 'order', 3).below(1_000_000)).toBe(KNOWN_DRAW);
  });

  it('is uniform and normal enough', () => {
    const random = createRandom(1);
    const uniform = Array.from({ length: 50_000 }, () => random.uniform());
    const normal = Array.from({ length: 50_000 }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(Math.abs(mean(normal))).toBeLessThan(0.02);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
  });

  it('shuffles a copy, every item once', () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const mixed = shuffled(items, createRandom(1));
    expect(mixed).not.toEqual(items);
    expect([...mixed].sort((a, b) => a - b)).toEqual(items);
  });
});

const KNOWN_DRAW = 620_036;

it('an emitter calls everybody, also after one has thrown, and nobody after disposal', () => {
  const emitter = new Emitter<number>();
  const heard: number[] = [];
  emitter.on(() => {
    throw new Error('deaf');
  });
  const listening = emitter.on((value) => heard.push(value));
  expect(() => emitter.fire(1)).toThrow('listeners failed');
  listening.dispose();
  expect(() => emitter.fire(2)).toThrow();
  emitter.dispose();
  emitter.fire(3);
  expect(heard).toEqual([1]);
});

it.each([
  [0, '0 rows'],
  [1, '1 row'],
  [2, '2 rows'],
])('%d', (count, expected) => {
  expect(plural(count, 'row')).toBe(expected);
});
