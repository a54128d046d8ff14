import { expect, test } from 'vitest';
import { secondsFromEarlier } from '../../src/host/earlierRuns.ts';
import type { RunConfigInput } from '../../src/protocol/runConfig.ts';
import { stateAfter, type Said } from '../runs/events.ts';
import { BEGIN, fileOf, knownRun } from './knownRun.ts';

/** A run that made `steps` steps of `seconds` each. */
const ran = (over: Partial<RunConfigInput>, seconds: number, steps = 8) => {
  const stepped = Array.from({ length: steps }, (_, i): Said => [
    'stepped',
    { step: i + 1 },
    2 + (i + 1) * seconds,
  ]);
  return knownRun(stateAfter(...BEGIN, ...stepped), { file: fileOf({}, over) });
};
const config = (over: Partial<RunConfigInput> = {}) => fileOf({}, over).config;

test('the newest run alike tells: seconds of its steps, for all of them', () => {
  const runs = [ran({}, 2), ran({}, 3)];
  const total = runs[0]?.state.totalSteps ?? 0;
  expect(total).toBeGreaterThan(0);
  expect(secondsFromEarlier(runs, config())).toBeCloseTo(2 * total);
  expect(secondsFromEarlier(runs, config({ seed: 9, learning_rate: 1 }))).toBeCloseTo(2 * total);
});

test.each<Partial<RunConfigInput>>([
  { self_distill: {} },
  { freeze: { groups: ['ffn'] } },
  { lora: {} },
  { num_train_epochs: 9 },
  { per_device_train_batch_size: 3 },
  { train_file: '/other' },
  { model_name_or_path: '/other' },
])('a run with %j tells nothing of one without', (over) => {
  expect(secondsFromEarlier([ran(over, 2)], config())).toBeUndefined();
  expect(secondsFromEarlier([ran(over, 2)], config(over))).toBeGreaterThan(0);
});

test('neither does one that has hardly begun, or cannot be read', () => {
  expect(
    secondsFromEarlier([ran({}, 2, 3), knownRun(undefined, { file: undefined })], config()),
  ).toBeUndefined();
});
