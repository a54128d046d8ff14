import { describe, expect, it } from 'vitest';
import { forgettingOver, summariseSeeds, type HeldAt, type SeedRun } from '../../src/runs/seeds.ts';

const bits = (text: string): Uint8Array => Uint8Array.from(text, (digit) => Number(digit));
const held = (reference: string, now: string): HeldAt => ({ reference: bits(reference), now: bits(now) });
const options = { baseline: 'sft', bootstrapSeed: 1, samples: 500 };

/** `count` facts known at the reference step, of which the first `lost` are wrong now. */
const after = (count: number, lost: number): HeldAt => ({
  reference: new Uint8Array(count).fill(1),
  now: new Uint8Array(count).fill(1).fill(0, 0, lost),
});
const run = (seed: number, method: string, lost: number, reached = true): SeedRun => ({
  seed,
  method,
  end: after(100, lost),
  crossing: reached ? { below: after(100, lost - 2), above: after(100, lost), share: 0.5 } : undefined,
});

describe('forgetting over drawn facts', () => {
  it('is (best - now) / best, and a fact gained makes up for one lost', () => {
    expect(forgettingOver([{ ...held('1111', '1100'), weight: 1 }])).toBe(0.5);
    expect(forgettingOver([{ ...held('0111', '1100'), weight: 1 }])).toBeCloseTo(1 / 3);
    expect(forgettingOver([{ ...held('0000', '1100'), weight: 1 }])).toBe(0);
  });

  it('is linear between two evaluations, each with its own reference', () => {
    const below = { ...held('1111', '1111'), weight: 0.75 };
    const above = { ...held('1110', '1000'), weight: 0.25 };
    expect(forgettingOver([below, above])).toBeCloseTo(0.25 * (2 / 3));
  });

  it('counts a fact as often as it was drawn', () => {
    const evaluation = { ...held('1101', '0101'), weight: 1 };
    expect(forgettingOver([evaluation], Int32Array.of(0, 0, 1, 2))).toBeCloseTo(2 / 3);
  });
});

describe('methods over seeds', () => {
  const runs = [
    ...[1, 2, 3, 4, 5].map((seed) => run(seed, 'sft', 20 + seed)),
    ...[1, 2, 3, 4, 5].map((seed) => run(seed, 'cure', 8)),
  ];
  const [sft, cure] = summariseSeeds(runs, options);

  it('means are those of the seeds, and lie inside their intervals', () => {
    expect(sft?.forgettingAtEnd).toMatchObject({ mean: expect.closeTo(0.23, 9) as number, seeds: 5 });
    expect(sft?.forgettingAtEqualAcquisition?.mean).toBeCloseTo(0.22, 9);
    for (const summary of [sft, cure]) {
      const { mean = NaN, low = NaN, high = NaN } = summary?.forgettingAtEqualAcquisition ?? {};
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
    }
  });

  it('the ratio is one of means', () => {
    expect(cure?.ratioAtEnd?.mean).toBeCloseTo(8 / 23, 9);
    expect(cure?.ratioAtEqualAcquisition?.mean).toBeCloseTo(7 / 22, 9);
    expect(cure?.ratioAtEqualAcquisition?.high).toBeLessThan(1);
    expect(sft?.ratioAtEnd).toBeUndefined();
  });

  it('held facts won and lost are summed over seeds', () => {
    // The cure loses the first 8 of every seed, the baseline the first 21 to 25.
    expect(cure?.paired).toMatchObject({ onlyThis: 13 + 14 + 15 + 16 + 17, onlyBaseline: 0 });
    expect(cure?.paired?.p).toBeLessThan(1e-15);
  });

  it('the same twice, something else with another seed of the resampling', () => {
    expect(summariseSeeds(runs, options)).toEqual([sft, cure]);
    const [, other] = summariseSeeds(runs, { ...options, bootstrapSeed: 2 });
    expect(other?.ratioAtEnd?.low).not.toBe(cure?.ratioAtEnd?.low);
  });

  it('a seed that did not get there is counted, not dropped', () => {
    const slow = runs.map((one) =>
      one.method === 'cure' && one.seed === 3 ? run(3, 'cure', 8, false) : one,
    );
    const [, summary] = summariseSeeds(slow, options);
    expect(summary).toMatchObject({ seeds: 5, reached: 4 });
    // Without seed 3 on both sides: 7 over the mean of 20, 21, 23, 24.
    expect(summary?.ratioAtEqualAcquisition).toMatchObject({
      seeds: 4,
      mean: expect.closeTo(7 / 22, 9) as number,
    });
  });

  it('p-values are adjusted over methods', () => {
    const [, one, two] = summariseSeeds([...runs, run(1, 'other', 18)], options);
    expect(one?.paired?.adjustedP).toBeCloseTo(2 * (one?.paired?.p ?? 0), 12);
    expect(two?.paired).toMatchObject({ onlyThis: 3, onlyBaseline: 0, p: expect.closeTo(0.25, 9) as number });
  });

  it('nothing held, nothing said', () => {
    const [empty] = summariseSeeds(
      [{ seed: 1, method: 'sft', end: undefined, crossing: undefined }],
      options,
    );
    expect(empty).toMatchObject({ seeds: 1, reached: 0, forgettingAtEnd: undefined });
  });
});
