import { describe, expect, test } from 'vitest';
import { errorOf, estimateOf, memoryErrorOf, readCampaign, stepErrorOf } from './measured.ts';

/** What is promised of the estimates, held against real runs (bench/estimates). */

const { runs, cores } = readCampaign();
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe.each(['tfjs', 'torch'] as const)('%s', (engine) => {
  const own = runs.filter((run) => run.engine === engine);
  const tested = own.filter(({ fitted }) => !fitted);

  test('constants are fitted on four runs and tested on at least twelve others', () => {
    expect(own.length - tested.length).toBe(4);
    expect(tested.length).toBeGreaterThanOrEqual(12);
    expect(new Set(own.map(({ name }) => name)).size).toBe(own.length);
  });

  test('the runs need well more than the process by itself', () => {
    for (const run of own) {
      const { parts, total } = estimateOf(run, cores).memory;
      const baseline = parts.find(({ name }) => name === 'process')?.bytes ?? 0;
      expect(total - baseline, run.name).toBeGreaterThan(0.5 * baseline);
    }
  });

  test('memory: median error at most 10 %, never more than 25 % too low', () => {
    const errors = tested.map((run) => memoryErrorOf(run, cores));
    expect(median(errors.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.min(...errors)).toBeGreaterThanOrEqual(-0.25);
  });

  test.each(tested.map((run) => [run.name, run] as const))('memory of %s', (_name, run) => {
    const error = memoryErrorOf(run, cores);
    expect(error).toBeGreaterThanOrEqual(-0.25);
    expect(error).toBeLessThanOrEqual(0.3);
  });

  test('on the fitted runs errors cancel out, as after a fit', () => {
    const errors = own.filter(({ fitted }) => fitted).map((run) => memoryErrorOf(run, cores));
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(0.03);
  });

  // What a step uses of the processor: seconds of the clock were shared with other programs.
  test('seconds per step: median error at most 10 %, never more than 25 % too low', () => {
    const errors = tested.map((run) => stepErrorOf(run, cores));
    expect(median(errors.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.min(...errors)).toBeGreaterThanOrEqual(-0.25);
    // What a hint says of its own certainty.
    expect(Math.max(...errors)).toBeLessThanOrEqual(1);
  });

  test('a checkpoint takes what it is said to take on the disk, and the teacher hardly less', () => {
    for (const run of own) {
      const { disk } = estimateOf(run, cores).memory;
      expect(Math.abs(errorOf(disk.checkpoint, run.checkpoint_bytes)), run.name).toBeLessThan(0.02);
      // Rows happen to share beginnings that nobody counts.
      expect(disk.teacher, run.name).toBeGreaterThanOrEqual(0.99 * run.cache_bytes);
    }
  });

  test('as many steps as there were', () => {
    for (const run of own) expect(estimateOf(run, cores).steps.steps, run.name).toBe(run.steps);
  });
});
