import { describe, expect, it } from 'vitest';
import { bootstrapSeedsThenFacts } from '../../src/runs/bootstrap.ts';
import { holm } from '../../src/runs/holm.ts';
import { mcnemarExact } from '../../src/runs/mcnemar.ts';
import { normalQuantile } from '../../src/base/normal.ts';
import { wilsonInterval } from '../../src/base/wilson.ts';

describe('normal quantile', () => {
  // Tables of the standard normal; the last is AS 241's own check value of its far tail.
  it.each([
    [0.5, 0],
    [0.75, 0.674_489_8],
    [0.9, 1.281_551_6],
    [0.95, 1.644_853_6],
    [0.975, 1.959_964],
    [0.995, 2.575_829_3],
    [0.999_9, 3.719_016_5],
    [0.001, -3.090_232_3],
    [1e-20, -9.262_340_1],
  ])('of %f is %f', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 5));
});

describe('Wilson interval', () => {
  const check = (correct: number, total: number, low: number, high: number, confidence?: number): void =>
    it(`of ${correct}/${total} is ${low} to ${high}`, () => {
      const interval = wilsonInterval(correct, total, confidence);
      expect(interval?.low).toBeCloseTo(low, 4);
      expect(interval?.high).toBeCloseTo(high, 4);
    });
  // Newcombe 1998, table I, method 3.
  check(81, 263, 0.2553, 0.3662);
  check(15, 148, 0.0624, 0.1605);
  check(0, 20, 0, 0.1611);
  check(1, 29, 0.0061, 0.1718);
  check(20, 20, 1 - 0.1611, 1);
  // n = 1, z^2 = 2.7055: high = z^2 / (1 + z^2).
  check(0, 1, 0, 0.7301, 0.9);

  it('is undefined of nothing', () => expect(wilsonInterval(0, 0)).toBeUndefined());

  it('is exactly 0 and 1 at the ends, contains the proportion, and mirrors', () => {
    for (const total of [1, 7, 800, 1e6]) {
      expect(wilsonInterval(0, total)?.low).toBe(0);
      expect(wilsonInterval(total, total)?.high).toBe(1);
      const correct = Math.floor(total / 3);
      const interval = wilsonInterval(correct, total) ?? { low: 1, high: 0 };
      expect(interval.low).toBeLessThanOrEqual(correct / total);
      expect(interval.high).toBeGreaterThan(correct / total);
      expect(wilsonInterval(total - correct, total)?.low).toBeCloseTo(1 - interval.high, 12);
    }
  });
});

describe('exact McNemar', () => {
  const check = (b: number, c: number, p: number): void =>
    it(`of ${b} against ${c} is ${p}`, () => {
      expect(mcnemarExact(b, c) / p).toBeCloseTo(1, 9);
      expect(mcnemarExact(c, b)).toBe(mcnemarExact(b, c));
    });
  // Closed forms: 2 / 2^n * sum of binomials.
  check(0, 0, 1);
  check(1, 0, 1);
  check(3, 3, 1);
  check(0, 5, 0.0625);
  check(1, 9, 22 / 1024);
  check(2, 8, 112 / 1024);
  check(4, 6, 772 / 1024);
  check(0, 40, 2 ** -39);
  check(1, 49, (2 * 51) / 2 ** 50);
  check(0, 1000, 2 ** -999);

  it('agrees with its plain sum, also where the factorials overflow', () => {
    const plain = (b: number, c: number): number => {
      const n = b + c;
      let [term, tail] = [0.5 ** n, 0];
      for (let k = 0; k <= Math.min(b, c); k++) {
        tail += term;
        term *= (n - k) / (k + 1);
      }
      return Math.min(1, 2 * tail);
    };
    for (const [b, c] of [
      [12, 19],
      [15, 17],
      [40, 70],
      [200, 260],
      [450, 550],
    ] as const) {
      expect(mcnemarExact(b, c) / plain(b, c)).toBeCloseTo(1, 8);
    }
  });

  it('stays finite and sensible for a million disagreements', () => {
    // The normal approximation with continuity correction: z = (|b - c| - 1) / sqrt(n) = 1.999.
    expect(mcnemarExact(499_000, 501_000)).toBeCloseTo(0.0456, 4);
    expect(mcnemarExact(500_000, 500_000)).toBe(1);
    expect(mcnemarExact(0, 1_000_000)).toBe(0);
  });
});

describe('Holm', () => {
  const check = (pValues: number[], adjusted: number[]): void =>
    it(`adjusts ${pValues.join(', ') || 'nothing'}`, () => {
      expect(holm(pValues)).toEqual(adjusted.map((p) => expect.closeTo(p, 12) as unknown));
    });
  check([], []);
  check([0.04], [0.04]);
  // The textbook four: at level 0.05 the first and the last are rejected.
  check([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]);
  check([0.5, 0.6, 0.9], [1, 1, 1]);
  check([0.02, 0.02], [0.04, 0.04]);
});

describe('bootstrap over seeds, then facts', () => {
  const bits = (ones: number, zeros: number): number[] => [
    ...Array.from({ length: ones }, () => 1),
    ...Array.from({ length: zeros }, () => 0),
  ];

  it('is undefined of nothing', () => {
    expect(bootstrapSeedsThenFacts([], { seed: 1 })).toBeUndefined();
    expect(bootstrapSeedsThenFacts([[], []], { seed: 1 })).toBeUndefined();
  });

  it('says the same for the same seed and another thing for another', () => {
    const values = [
      [0.1, 0.7, 0.35, 0.2],
      [0.4, 0.9, 0.65],
    ];
    expect(bootstrapSeedsThenFacts(values, { seed: 7 })).toEqual(
      bootstrapSeedsThenFacts(values, { seed: 7 }),
    );
    expect(bootstrapSeedsThenFacts(values, { seed: 7 })).not.toEqual(
      bootstrapSeedsThenFacts(values, { seed: 8 }),
    );
  });

  it('weighs seeds alike, whatever their number of facts', () => {
    expect(bootstrapSeedsThenFacts([[1], bits(0, 99), []], { seed: 0 })?.mean).toBe(0.5);
  });

  it('has no spread where there is none', () => {
    expect(bootstrapSeedsThenFacts([[2, 2], [2]], { seed: 0 })).toEqual({ mean: 2, low: 2, high: 2 });
  });

  it('comes near the Wilson interval for one seed, where there is only one level', () => {
    const interval = bootstrapSeedsThenFacts([bits(300, 700)], { seed: 1 });
    expect(interval?.mean).toBeCloseTo(0.3, 12);
    expect(interval?.low).toBeCloseTo(wilsonInterval(300, 1000)?.low ?? 0, 2);
    expect(interval?.high).toBeCloseTo(wilsonInterval(300, 1000)?.high ?? 0, 2);
  });

  it('sees that seeds differ, which pooling their facts would hide', () => {
    const seeds = [bits(800, 200), bits(600, 400), bits(400, 600), bits(200, 800)];
    const two = bootstrapSeedsThenFacts(seeds, { seed: 1 }) ?? { low: 0, high: 0 };
    const pooled = bootstrapSeedsThenFacts([seeds.flat()], { seed: 1 }) ?? { low: 0, high: 0 };
    expect(two.high - two.low).toBeGreaterThan(5 * (pooled.high - pooled.low));
  });
});
