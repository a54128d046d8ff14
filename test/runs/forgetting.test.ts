import { describe, expect, it } from 'vitest';
import { forgettingAt, forgettingCurve, type HeldEvaluation } from '../../src/runs/forgetting.ts';
import { score } from './events.ts';

/** Evaluations at steps 0, 10, 20 ... with these numbers of 100 held facts right; undefined: not measured. */
const held = (...correct: (number | undefined)[]): HeldEvaluation[] =>
  correct.map((count, index) => ({ step: 10 * index, held: count === undefined ? null : score(count, 100) }));

const about = (value: number): unknown => expect.closeTo(value, 12);
const check = (name: string, evaluations: HeldEvaluation[], expected: object | undefined): void =>
  it(name, () => {
    const found = forgettingAt(evaluations);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

describe('forgetting', () => {
  check('is 0 at the start', held(100), { relative: 0, points: 0, em: 1, bestEm: 1, referenceStep: 0 });
  check('counts from the best', held(100, 75), { relative: 0.25, points: 0.25, em: 0.75, referenceStep: 0 });
  check('is relative to the best, not to 1', held(80, 60), { relative: about(0.25), points: about(0.2) });
  check('has the highest so far as its reference', held(80, 96, 72), {
    relative: about(0.25),
    referenceStep: 10,
  });
  check('has the first of equals as its reference', held(90, 90, 45), { relative: 0.5, referenceStep: 0 });
  check('is 0 at a new best', held(80, 60, 90), { relative: 0, referenceStep: 20, bestEm: 0.9 });
  check('is undefined without evaluations', [], undefined);
  check('is undefined where nothing was held', held(100, undefined), undefined);
  check('skips evaluations without held facts', held(100, undefined, 50), {
    relative: 0.5,
    referenceStep: 0,
  });
  check('is undefined where nothing was ever right', held(0, 0), undefined);
  check('is undefined of no facts', [{ step: 0, held: score(0, 0) }], undefined);
  check(
    'counts facts',
    [
      { step: 0, held: score(90, 100) },
      { step: 1, held: score(88, 100, 7, 5) },
    ],
    {
      lost: 7,
      gained: 5,
      net: -2,
    },
  );

  it('is total loss when everything is gone', () => expect(forgettingAt(held(50, 0))?.relative).toBe(1));

  it('is at every point what it would be if the run ended there', () => {
    const evaluations = held(70, 80, undefined, 60, 85, 0, 85);
    expect(forgettingCurve(evaluations)).toEqual(
      evaluations.map((_, index) => forgettingAt(evaluations.slice(0, index + 1))),
    );
  });
});
