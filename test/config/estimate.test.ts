import { describe, expect, test } from 'vitest';
import { estimateLength, roughSeconds, type DataText } from '../../src/config/estimate.ts';
import { RunConfigSchema, type RunConfig, type RunConfigInput } from '../../src/protocol/runConfig.ts';

const configOf = (over: Partial<RunConfigInput> = {}): RunConfig =>
  RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t', ...over });

/** A file of `count` rows of 100 characters each, line ends counted in. */
const rows = (count: number, weight = 1): DataText => {
  const empty = JSON.stringify({ prompt: '', completion: 'b' });
  const line = JSON.stringify({ prompt: 'x'.repeat(99 - empty.length), completion: 'b' });
  return { name: 'rows.jsonl', text: `${line}\n`.repeat(count), weight };
};

describe('optimizer steps', () => {
  const stepsOf = (count: number, over: Partial<RunConfigInput>): number =>
    estimateLength(configOf(over), [rows(count)]).steps;

  test.each<[number, Partial<RunConfigInput>, number]>([
    [64, { num_train_epochs: 1 }, 8],
    // The last step of an epoch has fewer rows.
    [65, { num_train_epochs: 1 }, 9],
    [65, { num_train_epochs: 3 }, 27],
    [64, { num_train_epochs: 0.5 }, 4],
    [64, { num_train_epochs: 0.01 }, 1],
    [64, { num_train_epochs: 1, gradient_accumulation_steps: 4 }, 2],
    [64, { num_train_epochs: 1, per_device_train_batch_size: 1 }, 64],
    [64, { max_steps: 5 }, 5],
    [64, { max_steps: -1, num_train_epochs: 1 }, 8],
    [1, { num_train_epochs: 2 }, 2],
  ])('of %d rows under %j are %d', (count, over, expected) => {
    expect(stepsOf(count, over)).toBe(expected);
  });
});

test('rows and tokens follow weights and epochs', () => {
  const one = estimateLength(configOf({ num_train_epochs: 1 }), [rows(80)]);
  expect(one).toEqual({ rows: 80, unreadable: 0, steps: 10, tokens: 80 * 25 });
  expect(estimateLength(configOf({ num_train_epochs: 2 }), [rows(80)])).toEqual({
    ...one,
    steps: 20,
    tokens: 2 * 80 * 25,
  });
  expect(estimateLength(configOf({ num_train_epochs: 1 }), [rows(80, 2), rows(80, 0.5)])).toEqual({
    rows: 200,
    unreadable: 0,
    steps: 25,
    tokens: 200 * 25,
  });
  // Half an epoch sees half of the rows.
  expect(estimateLength(configOf({ max_steps: 5 }), [rows(80)]).tokens).toBe(40 * 25);
});

test('records that are no rows are counted apart', () => {
  const { text } = rows(8);
  const broken = { name: 'rows.jsonl', text: `${text}{"prompt":\n{"nothing":"known"}\n\n`, weight: 1 };
  expect(estimateLength(configOf(), [broken])).toMatchObject({ rows: 8, unreadable: 2, steps: 3 });
});

test('of no rows nothing is divided by', () => {
  const none = { rows: 0, unreadable: 0, steps: 3, tokens: 0 };
  expect(estimateLength(configOf(), [])).toEqual(none);
  expect(estimateLength(configOf(), [{ name: 'rows.jsonl', text: '', weight: 1 }])).toEqual(none);
  expect(estimateLength(configOf({ max_steps: 100 }), [])).toEqual({ ...none, steps: 100 });
});

test('seconds grow with the model and with what it reads', () => {
  const length = { rows: 0, unreadable: 0, steps: 0, tokens: 64 * 19 };
  const seconds = roughSeconds(1_053_824, length);
  // What the bench measured for a step of 64 rows of 19 tokens of that model: 0.39 s.
  expect(seconds).toBeGreaterThan(0.39 / 3);
  expect(seconds).toBeLessThan(0.39 * 3);
  expect(roughSeconds(2 * 1_053_824, length)).toBeCloseTo(2 * seconds, 9);
  expect(roughSeconds(1_053_824, { ...length, tokens: 2 * length.tokens })).toBeCloseTo(2 * seconds, 9);
  expect(roughSeconds(1_053_824, { ...length, tokens: 0 })).toBe(0);
});
