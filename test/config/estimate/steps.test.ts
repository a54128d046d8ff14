import { describe, expect, test } from 'vitest';
import { estimateSteps, rowsPerEpoch, type StepsEstimate } from '../../../src/config/estimate/steps.ts';
import { planRun } from '../../../src/engines/tfjs/run/plan.ts';
import { rowsOfEpoch } from '../../../src/engines/tfjs/training/batches.ts';
import type { RunConfigInput } from '../../../src/protocol/runConfig.ts';
import { configOf } from './questions.ts';

const encoded = (count: number) =>
  Array.from({ length: count }, (_, row) => ({
    id: String(row),
    input_ids: [1, 2, 3],
    labels: [-100, 2, 3],
    promptLength: 1,
    truncated: 0,
  }));

describe('as the engine counts', () => {
  test.each<[number, Partial<RunConfigInput>]>([
    [64, {}],
    [65, { num_train_epochs: 3 }],
    [64, { num_train_epochs: 0.01 }],
    [64, { num_train_epochs: 2.5, per_device_train_batch_size: 3, gradient_accumulation_steps: 2 }],
    [640, { eval_strategy: 'epoch', save_strategy: 'epoch' }],
    [640, { eval_strategy: 'steps', eval_steps: 7, save_strategy: 'steps', save_steps: 0.3 }],
    [640, { eval_strategy: 'no', save_strategy: 'no', max_steps: 5 }],
    [640, { eval_strategy: 'steps', eval_steps: 5_000 }],
    [64, { max_steps: 100, self_distill: { snapshot_data: 'all' } }],
    [640, { self_distill: { snapshot_data: 'all', snapshot_epochs: 2 } }],
  ])('%d rows under %j', (count, over) => {
    const config = configOf(over);
    const rows = encoded(count);
    const plan = planRun(
      config,
      rows,
      [{ start: 0, count, weight: 1 }],
      0,
      config.self_distill === undefined ? undefined : rows,
    );
    const steps = estimateSteps(config, { perEpoch: count, distinct: count });
    expect(steps).toMatchObject({
      steps: plan.main.steps,
      stepsPerEpoch: plan.main.stepsPerEpoch,
      snapshotSteps: plan.snapshotSteps,
    });
    const between = Array.from({ length: plan.totalSteps - 1 }, (_, index) => index + 1);
    const evaluated = between.filter((step) => plan.evaluatesAt(step)).length;
    expect(steps.evaluations).toBe(evaluated + 2 + (plan.snapshot === undefined ? 0 : 1));
    expect(steps.saveEvery ?? 0).toBe(between.find((step) => plan.savesAt(step + plan.snapshotSteps)) ?? 0);
  });

  test.each([0.25, 0.5, 1, 2, 2.5, 3.3])('a file of weight %d', (weight) => {
    for (const count of [1, 7, 100])
      expect(rowsPerEpoch(count, weight)).toBe(rowsOfEpoch([{ start: 0, count, weight }], 1, 0).length);
  });
});

describe("what is not the engine's plan", () => {
  const of = (over: Partial<RunConfigInput>, known?: number): StepsEstimate =>
    estimateSteps(configOf(over), { perEpoch: 800, distinct: 800, known });

  test('processes share a step', () => {
    expect(of({ launch: { nproc_per_node: 4, nnodes: 2 } })).toMatchObject({
      effectiveBatchSize: 64,
      stepsPerEpoch: 13,
    });
  });

  test('the warm-up has as many steps as there are known rows for, or nobody knows', () => {
    expect(of({ self_distill: {} }).snapshotSteps).toBeUndefined();
    expect(of({ self_distill: {} }, 400).snapshotSteps).toBe(50);
    expect(of({ self_distill: {} }, 40).snapshotSteps).toBe(20);
    expect(of({ self_distill: { teacher: 'base' } }).snapshotSteps).toBe(0);
  });

  test('checkpoints on the disk are those that are kept, and the one being written', () => {
    expect(of({ save_strategy: 'no' }).checkpoints).toBe(1);
    expect(of({ save_strategy: 'steps', save_steps: 10, save_total_limit: 5 }).checkpoints).toBe(6);
    expect(of({ save_strategy: 'best', eval_strategy: 'no' }).checkpoints).toBe(1);
  });
});
