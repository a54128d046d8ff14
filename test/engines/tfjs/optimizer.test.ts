import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  adamwStep,
  clipScale,
  globalNorm,
  zeroMoments,
} from '../../../src/engines/tfjs/training/optimizer.ts';
import { learningRateAt, stepsOrShare } from '../../../src/engines/tfjs/training/schedule.ts';
import { fixtures } from './models.ts';

interface AdamGolden {
  adam_beta1: number;
  adam_beta2: number;
  adam_epsilon: number;
  max_grad_norm: number;
  weight_decay: Record<string, number>;
  initial: Record<string, number[] | number[][]>;
  steps: {
    learning_rate: number;
    gradients: Record<string, number[] | number[][]>;
    grad_norm: number;
    parameters: Record<string, number[] | number[][]>;
  }[];
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
const flat = (values: number[] | number[][] | undefined): Float32Array =>
  Float32Array.from((values ?? []).flat());

describe('AdamW against torch.optim.AdamW', () => {
  it('follows five clipped steps', () => {
    const golden = read('adamw.json') as AdamGolden;
    const names = Object.keys(golden.initial);
    const values = new Map(names.map((name) => [name, flat(golden.initial[name])]));
    const moments = new Map(names.map((name) => [name, zeroMoments(values.get(name)?.length ?? 0)]));
    for (const [index, step] of golden.steps.entries()) {
      const gradients = names.map((name) => flat(step.gradients[name]));
      const norm = globalNorm(gradients);
      expect(norm).toBeCloseTo(step.grad_norm, 5);
      for (const [which, name] of names.entries()) {
        const settings = {
          beta1: golden.adam_beta1,
          beta2: golden.adam_beta2,
          epsilon: golden.adam_epsilon,
          weightDecay: golden.weight_decay[name] ?? 0,
        };
        adamwStep(
          values.get(name)!,
          gradients[which]!,
          moments.get(name)!,
          settings,
          step.learning_rate,
          index + 1,
          clipScale(norm, golden.max_grad_norm),
        );
        for (const [position, expected] of flat(step.parameters[name]).entries())
          expect(values.get(name)?.[position]).toBeCloseTo(expected, 5);
      }
    }
    expect(golden.steps.some((step) => step.grad_norm > golden.max_grad_norm)).toBe(true);
  });

  it.each([
    [2, 1, 1 / (2 + 1e-6)],
    [0.5, 1, 1],
    [100, 0, 1],
  ])('a norm of %d under a limit of %d scales by %d', (norm, limit, expected) => {
    expect(clipScale(norm, limit)).toBeCloseTo(expected, 12);
  });
});

describe("schedules against transformers' get_scheduler", () => {
  const golden = read('schedules.json') as {
    total_steps: number;
    warmup_steps: number;
    factors: Record<string, number[]>;
    factors_without_warmup: Record<string, number[]>;
  };
  const cases = [
    ...Object.entries(golden.factors).map(([type, factors]) => ({
      type,
      warmup: golden.warmup_steps,
      factors,
    })),
    ...Object.entries(golden.factors_without_warmup).map(([type, factors]) => ({ type, warmup: 0, factors })),
  ];
  it.each(cases)('$type with $warmup steps of warm-up', ({ type, warmup, factors }) => {
    for (const [step, factor] of factors.entries()) {
      const rate = learningRateAt(step, golden.total_steps, {
        learning_rate: 2,
        lr_scheduler_type: type as 'linear',
        warmup_steps: warmup,
      });
      expect(rate, `step ${step}`).toBeCloseTo(2 * factor, 10);
    }
  });

  it.each([
    [0.05, 200, 10],
    [0.001, 200, 1],
    [7, 200, 7],
    [0, 200, 0],
  ])('%d of %d steps is %d', (value, total, expected) => {
    expect(stepsOrShare(value, total)).toBe(expected);
  });
});
