import { describe, expect, it } from 'vitest';
import { etaSeconds } from '../../src/runs/eta.ts';
import { median, stepSeconds } from '../../src/runs/stepTimes.ts';
import { stateAfter, timeAt, type Said } from './events.ts';

const begin: Said[] = [
  ['hello', {}, 0],
  ['started', { total_steps: 100 }, 1],
];
/** Steps `from` to `to`, one every `seconds`, the first at `second`. */
const steps = (from: number, to: number, second: number, seconds: number): Said[] =>
  Array.from({ length: to - from + 1 }, (_, index) => [
    'stepped',
    { step: from + index },
    second + seconds * index,
  ]);

const check = (name: string, expected: number | undefined, ...said: Said[]): void =>
  it(name, () => {
    const eta = etaSeconds(stateAfter(...said));
    if (expected === undefined) expect(eta).toBeUndefined();
    else expect(eta).toBeCloseTo(expected, 6);
  });

describe('seconds left', () => {
  check('are unknown before anything', undefined);
  check('are unknown before a step', undefined, ...begin);
  check('are unknown after one step', undefined, ...begin, ...steps(1, 1, 10, 2));
  check('are unknown without a number of steps', undefined, ['hello', {}, 0], ...steps(1, 9, 10, 2));
  check('follow the speed', 180, ...begin, ...steps(1, 10, 10, 2));
  // Logged every 5 steps: 1 s for 5 of them, 85 left.
  check(
    'count steps that were not logged',
    17,
    ...begin,
    ['stepped', { step: 5 }, 10],
    ['stepped', { step: 10 }, 11],
    ['stepped', { step: 15 }, 12],
  );
  check('are none at the last step', 0, ...begin, ...steps(1, 100, 10, 2));
  check('are not negative beyond it', 0, ...begin, ...steps(1, 110, 10, 2));
  check('are unknown of a run that ended', undefined, ...begin, ...steps(1, 10, 10, 2), [
    'stopped',
    { step: 10 },
    40,
  ]);
  check(
    'ignore a pause',
    180,
    ...begin,
    ...steps(1, 5, 10, 2),
    ['paused', { step: 5 }, 20],
    ...steps(6, 10, 9_000, 2),
  );
  check('follow a new speed', 20, ...begin, ...steps(1, 10, 10, 60), ...steps(11, 80, 1_000, 1));
  // Steps 1 to 10 take 2 s each, the evaluation between 5 and 6 takes 30 s: 90 * (2 + 30 / 10).
  check(
    'add a share for evaluations',
    450,
    ...begin,
    ...steps(1, 5, 10, 2),
    ['evaluated', { step: 5, duration: 30 }, 48],
    ...steps(6, 10, 50, 2),
  );
  // An evaluation after every step leaves no clean gap: its duration is taken off and added again.
  check(
    'know a run that evaluates at every step',
    97 * 7,
    ...begin,
    ...[1, 2, 3].flatMap((step): Said[] => [
      ['stepped', { step }, 10 + 7 * step],
      ['evaluated', { step, duration: 5 }, 15 + 7 * step],
    ]),
  );
  check(
    'do not repeat the first evaluation',
    180,
    ...begin,
    ['evaluated', { step: 0, duration: 99 }, 5],
    ...steps(1, 10, 10, 2),
  );
  check('survive a duration that is not a number', 180, ...begin, ...steps(1, 10, 10, 2), [
    'evaluated',
    { step: 10, duration: NaN },
    30,
  ]);
  check(
    'know only this attempt',
    80 * 3,
    ...begin,
    ...steps(1, 50, 10, 60),
    ['hello', { attempt: 2 }, 9_000],
    ['started', { total_steps: 100, resumed_from_step: 10 }, 9_001],
    ...steps(11, 20, 9_010, 3),
  );
});

describe('seconds per step', () => {
  const at = (step: number, second: number): { step: number; time: string } => ({
    step,
    time: timeAt(second),
  });

  it('are one fewer than the points', () => {
    expect(stepSeconds([], [])).toEqual([]);
    expect(stepSeconds([at(1, 0)], [])).toEqual([]);
    expect(stepSeconds([at(1, 0), at(2, 3), at(4, 4)], [])).toEqual([3, 0.5]);
  });

  it('are not negative when a clock jumps or an evaluation says too much', () => {
    expect(stepSeconds([at(1, 10), at(2, 5)], [])).toEqual([0]);
    expect(stepSeconds([at(1, 0), at(2, 5)], [{ time: timeAt(4), duration: 60 }])).toEqual([0]);
  });
});

it.each([
  [[], undefined],
  [[3], 3],
  [[10, 1], 5.5],
  [[100, 1, 3], 3],
])('the median of %j is %j', (values, expected) => expect(median(values)).toBe(expected));
