import { describe, expect, test } from 'vitest';
import { heaviestBatch, typicalBatches } from '../../../src/config/estimate/batch.ts';
import { layOut } from '../../../src/config/estimate/layout.ts';
import { tokensAt, type WeightedTokens } from '../../../src/config/estimate/tokens.ts';
import { epochOrder } from '../../../src/engines/tfjs/training/batches.ts';
import { rowsOf } from './questions.ts';

const file = (
  lengths: readonly number[],
  over: Partial<WeightedTokens['facts']> = {},
  weight = 1,
): WeightedTokens => ({
  weight,
  facts: {
    rows: lengths.length,
    lengths,
    first_counted: lengths.map((length) => length - 4),
    counted: lengths.map(() => 4),
    shared_prefix: 0,
    ...over,
  },
});

describe('max_length', () => {
  test('cuts completions first, and rows without one are left out', () => {
    const cut = tokensAt([file([10, 20, 22, 40])], { max_length: 20 });
    expect(cut.rows).toEqual([
      { length: 20, counted: 4, prompt: 16 },
      { length: 20, counted: 2, prompt: 18 },
      { length: 10, counted: 4, prompt: 6 },
    ]);
    expect(cut).toMatchObject({ rowsPerEpoch: 3, distinctRows: 3, longest: 20, isSampled: false });
    expect(cut.meanLength).toBeCloseTo(50 / 3);
  });

  test('of a sample, what is lost stands for the file', () => {
    const sampled = tokensAt([file([10, 40], { rows: 1_000 })], { max_length: 20 });
    expect(sampled).toMatchObject({ rowsPerEpoch: 500, distinctRows: 500, isSampled: true });
  });
});

test('weights count in what an epoch has', () => {
  const both = tokensAt([file([10, 10], {}, 2), file([30, 30], {}, 0.5)], { max_length: 100 });
  expect(both).toMatchObject({ rowsPerEpoch: 5, distinctRows: 4, meanLength: (4 * 10 + 30) / 5 });
});

test('without rows everything is 0', () => {
  const none = tokensAt([file([])], { max_length: 100 });
  expect(none).toMatchObject({ rowsPerEpoch: 0, meanLength: 0, meanCounted: 0, longest: 0 });
  expect(heaviestBatch(none, 8, { group_by_length: true }).cells).toBe(0);
  expect(typicalBatches(none, 8, { group_by_length: true })).toEqual([]);
});

describe('batches', () => {
  const lengths = Array.from({ length: 400 }, (_, row) => 20 + ((row * 37) % 80));
  const tokens = tokensAt([file(lengths)], { max_length: 1_000 });

  test.each([true, false])('are as the engine makes them (group_by_length: %s)', (groupByLength) => {
    const plan = { batchSize: 8, accumulation: 1, groupByLength, seed: 1 };
    const made = epochOrder(lengths, plan, 0)
      .flat()
      .map((rows) => rows.length * Math.max(...rows.map((row) => lengths[row] ?? 0)));
    const typical = typicalBatches(tokens, 8, { group_by_length: groupByLength }).map(({ cells }) => cells);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(typical) / mean(made)).toBeGreaterThan(0.9);
    expect(mean(typical) / mean(made)).toBeLessThan(1.1);
    expect(heaviestBatch(tokens, 8, { group_by_length: groupByLength }).cells).toBeGreaterThanOrEqual(
      Math.max(...made),
    );
  });

  test('have no more rows than there are', () => {
    expect(heaviestBatch(rowsOf(3, 10), 8, { group_by_length: true })).toMatchObject({ cells: 30 });
  });
});

describe('the layout of the torch engine', () => {
  const batch = (row: readonly number[]) =>
    heaviestBatch(tokensAt([file(row)], { max_length: 1_000 }), row.length, { group_by_length: true });

  test('rows of like length are padded', () => {
    expect(layOut(batch([40, 40, 40, 40]), 0, true)).toEqual({
      cells: 160,
      longest: 40,
      tokens: 160,
      isTree: false,
    });
  });

  test('rows of many lengths stand behind one another', () => {
    expect(layOut(batch([90, 50, 40, 30]), 0, true)).toMatchObject({ cells: 210, isTree: true });
    expect(layOut(batch([90, 50, 40, 30]), 0, false)).toMatchObject({ cells: 4 * 90, isTree: false });
  });

  test('a beginning that rows share is there once in a line', () => {
    const alone = layOut(batch([100, 100, 100, 100]), 0, true);
    const shared = layOut(batch([100, 100, 100, 100]), 0.7, true);
    expect(shared.cells).toBeLessThan(0.8 * alone.cells);
    expect(shared.isTree).toBe(true);
  });
});
