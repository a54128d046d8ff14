import { describe, expect, it } from 'vitest';
import { marksOf } from '../../src/runs/marks.ts';
import { stateAfter, timeAt, type Said } from './events.ts';

/** The marks after these events as `kind @ step: text`. */
const told = (...said: Said[]): string[] =>
  marksOf(stateAfter(...said)).map(({ kind, step, text }) => `${kind} @ ${step}: ${text}`);

const begin: Said[] = [['hello'], ['started']];
const resume = (attempt: number, step: number): Said[] => [
  ['hello', { attempt }],
  ['started', { resumed_from_step: step }],
];

describe('marks', () => {
  it('are none before anything happened', () => {
    expect(told()).toEqual([]);
    expect(told(...begin)).toEqual([]);
  });

  it('tell everything that happened, in the order of time', () => {
    expect(
      told(
        ...begin,
        ['snapshotted', { step: 20 }],
        ['warned', { message: 'It forgets.' }],
        ['saved', { step: 30, best: true }],
        ['saved', { step: 40 }],
        ['stopped', { step: 41, reason: 'asked for' }],
      ),
    ).toEqual([
      'teacher @ 20: teacher taken at step 20',
      'warned @ undefined: It forgets.',
      'best @ 30: best, checkpoint at step 30',
      'checkpoint @ 40: checkpoint at step 40',
      'stopped @ 41: stopped: asked for',
    ]);
  });

  it('stand at the time of their event', () => {
    const [mark] = marksOf(stateAfter(...begin, ['saved', { step: 7 }, 1_000.25]));
    expect(mark?.time).toBe(Date.parse(timeAt(1_000.25)));
  });

  it('name one best: the newest, or the one that the end names', () => {
    const saved: Said[] = [
      ['saved', { step: 10, best: true }],
      ['saved', { step: 20, best: true }],
    ];
    expect(told(...begin, ...saved)).toEqual([
      'checkpoint @ 10: checkpoint at step 10',
      'best @ 20: best, checkpoint at step 20',
    ]);
    expect(told(...begin, ...saved, ['finished', { step: 30, best_step: 10 }])).toEqual([
      'best @ 10: best, checkpoint at step 10',
      'checkpoint @ 20: checkpoint at step 20',
      'finished @ 30: finished',
    ]);
  });

  it('say why a run failed, at the step it had reached', () => {
    expect(told(...begin, ['stepped', { step: 3 }], ['failed', { message: 'No memory.' }])).toEqual([
      'failed @ 3: failed: No memory.',
    ]);
  });

  it('lose what a resume has undone, and say where it goes on', () => {
    const before: Said[] = [
      ...begin,
      ['snapshotted', { step: 5 }],
      ['saved', { step: 10, best: true }],
      ['saved', { step: 20, best: true }],
      ['stopped', { step: 20 }],
    ];
    expect(told(...before, ...resume(2, 10))).toEqual([
      'teacher @ 5: teacher taken at step 5',
      'best @ 10: best, checkpoint at step 10',
      'resumed @ 10: resumed from step 10 (attempt 2)',
    ]);
    expect(told(...before, ...resume(2, 0))).toEqual(['resumed @ 0: resumed from step 0 (attempt 2)']);
  });

  it('name the last of several resumes', () => {
    const marks = told(...begin, ['saved', { step: 10 }], ...resume(2, 10), ...resume(3, 10));
    expect(marks).toEqual([
      'checkpoint @ 10: checkpoint at step 10',
      'resumed @ 10: resumed from step 10 (attempt 3)',
    ]);
  });

  // Regression: from the hello of a new attempt to its `started` (loading a model takes minutes) the state still holds the `started` of
  // the attempt before, whose resumed_from_step is taken for the new one's: a mark at step 0 that moves away later.
  it('do not guess from where a new attempt will go on', () => {
    const marks = told(...begin, ['saved', { step: 10 }], ['hello', { attempt: 2 }]);
    expect(marks).toEqual(['checkpoint @ 10: checkpoint at step 10']);
  });
});
