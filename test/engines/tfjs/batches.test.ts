import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  epochOrder,
  padRows,
  paddingShare,
  rowsOfEpoch,
  stepsPerEpoch,
  type BatchPlan,
} from '../../../src/engines/tfjs/training/batches.ts';
import { labelledPositions } from '../../../src/engines/tfjs/training/positions.ts';

const plan: BatchPlan = { batchSize: 16, accumulation: 2, groupByLength: true, seed: 3 };

/** Lengths like those of short questions and answers. */
function lengths(count: number): number[] {
  const random = createRandom(1, 'lengths');
  return Array.from({ length: count }, () => 8 + random.below(30));
}

describe('the order of an epoch', () => {
  it.each([1, 15, 16, 17, 33, 500, 2_000])('holds each of %d rows once', (count) => {
    const order = epochOrder(lengths(count), plan, 0);
    expect(order.flat(2).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(order).toHaveLength(stepsPerEpoch(count, plan));
    expect(order.every((micro) => micro.length >= 1 && micro.every((rows) => rows.length >= 1))).toBe(true);
  });

  it('pads less than 10 % when grouped, much more when not', () => {
    const all = lengths(2_000);
    expect(paddingShare(all, epochOrder(all, plan, 0))).toBeLessThan(0.1);
    expect(paddingShare(all, epochOrder(all, { ...plan, groupByLength: false }, 0))).toBeGreaterThan(0.25);
  });

  it('is a function of seed and epoch', () => {
    const all = lengths(200);
    expect(epochOrder(all, plan, 1)).toEqual(epochOrder(all, plan, 1));
    expect(epochOrder(all, plan, 1)).not.toEqual(epochOrder(all, plan, 2));
    expect(epochOrder(all, { ...plan, seed: 0 }, 1)).not.toEqual(epochOrder(all, plan, 1));
  });
});

it.each([
  [[{ start: 0, count: 4, weight: 1 }], 4],
  [
    [
      { start: 0, count: 4, weight: 2 },
      { start: 4, count: 10, weight: 0.3 },
    ],
    11,
  ],
  [[{ start: 0, count: 3, weight: 1.5 }], 5],
])('weights %j give %d rows an epoch', (groups, expected) => {
  expect(rowsOfEpoch(groups, 1, 0)).toHaveLength(expected);
});

it('a sampled file brings other rows the next epoch', () => {
  const groups = [{ start: 0, count: 100, weight: 0.5 }];
  expect(rowsOfEpoch(groups, 1, 0)).not.toEqual(rowsOfEpoch(groups, 1, 1));
});

it('pads on the right with ids that no loss counts', () => {
  const rows = [
    { id: 'a', input_ids: [5, 6, 7], labels: [-100, 6, 7], promptLength: 1, truncated: 0 },
    { id: 'b', input_ids: [8], labels: [8], promptLength: 0, truncated: 0 },
  ];
  const batch = padRows(rows, 9);
  expect([...batch.ids]).toEqual([5, 6, 7, 8, 9, 9]);
  expect([...batch.labels]).toEqual([-100, 6, 7, 8, -100, -100]);
  expect(batch).toMatchObject({ rows: 2, time: 3, tokens: 4, ceTokens: 2 });
  // Position t predicts token t + 1; a row's first token is predicted by nothing.
  expect(labelledPositions(batch)).toEqual({ positions: Int32Array.of(0, 1), labels: Int32Array.of(6, 7) });
});
