import { describe, expect, it } from 'vitest';
import { createRandom, shuffled } from '../../src/base/random.ts';
import type { Event } from '../../src/protocol/events.ts';
import { reduce } from '../../src/runs/reduce.ts';
import { initialState } from '../../src/runs/runState.ts';
import { toArray } from '../../src/runs/series.ts';
import { foldEvents, score, stateAfter, transcript, type Said } from './events.ts';

const running: Said[] = [['hello'], ['started'], ['stepped', { step: 1 }]];
const stop: Said = ['acknowledged', { name: 'stop' }];

describe('status', () => {
  const check = (expected: string, ...said: Said[]): void =>
    it(`is ${expected} after ${said.map(([type]) => type).join(', ') || 'nothing'}`, () => {
      expect(stateAfter(...said).status).toBe(expected);
    });
  check('starting');
  check('starting', ['hello']);
  check('waiting', ['hello'], ['progressed', { phase: 'waiting' }]);
  check('starting', ['hello'], ['progressed', { phase: 'waiting' }], ['progressed', { phase: 'loading' }]);
  check('running', ['hello'], ['progressed', { phase: 'waiting' }], ['started']);
  check('running', ['hello'], ['started'], ['progressed', { phase: 'evaluating' }]);
  check('paused', ...running, ['paused']);
  check('paused', ...running, ['paused'], ['saved'], ['evaluated'], ['warned']);
  check('running', ...running, ['paused'], ['continued']);
  check('running', ...running, ['acknowledged', { name: 'stop', accepted: false }]);
  check('running', ...running, ['acknowledged', { name: 'save' }]);
  check('running', ...running, ['acknowledged', { name: undefined, accepted: false }]);
  check('stopping', ...running, stop);
  check('stopping', ...running, ['paused'], stop);
  check(
    'stopping',
    ...running,
    stop,
    ['stepped', { step: 2 }],
    ['paused'],
    ['progressed', { phase: 'saving' }],
  );
  check('stopped', ...running, stop, ['stopped']);
  check('finished', ...running, ['finished']);
  check('failed', ['hello'], ['failed']);
  check('failed', ...running, ['failed'], ['progressed'], ['stepped', { step: 2 }], stop);
  check('finished', ...running, ['finished'], ['failed']);
  check('starting', ...running, ['stopped'], ['hello', { attempt: 2 }]);
  check('failed', ...running, ['stopped'], ['hello', { attempt: 2 }], ['failed']);
});

describe('what is going on', () => {
  const check = (expected: unknown, ...said: Said[]): void =>
    it(`is ${JSON.stringify(expected)} after ${said.map(([type]) => type).join(', ')}`, () => {
      expect(stateAfter(...said).progress).toEqual(expected);
    });
  const evaluating: Said = ['progressed', { phase: 'evaluating', done: 3, total: 9 }];
  const progress = { phase: 'evaluating', done: 3, total: 9 };
  check(progress, evaluating);
  check(progress, evaluating, ['warned'], stop);
  for (const type of [
    'hello',
    'started',
    'stepped',
    'evaluated',
    'saved',
    'answered',
    'paused',
    'stopped',
    'failed',
  ] as const) {
    check(undefined, evaluating, [type]);
  }
});

describe('step', () => {
  const check = (expected: number, ...said: Said[]): void =>
    it(`is ${expected} after ${said.map(([type]) => type).join(', ')}`, () => {
      expect(stateAfter(...said).step).toBe(expected);
    });
  check(0, ['hello'], ['started']);
  check(40, ['hello'], ['started'], ['stepped', { step: 40 }]);
  // With logging_steps above 1 the run may stop between two logged steps.
  check(47, ['hello'], ['started'], ['stepped', { step: 40 }], ['stopped', { step: 47 }]);
  check(20, ['hello'], ['started', { resumed_from_step: 20 }]);
});

describe('best step', () => {
  const check = (expected: number | undefined, ...said: Said[]): void =>
    it(`is ${String(expected)} after ${said.map(([type]) => type).join(', ')}`, () => {
      expect(stateAfter(['hello'], ...said).bestStep).toBe(expected);
    });
  const best = (step: number): Said => ['saved', { step, best: true }];
  check(undefined, ['saved', { step: 1 }]);
  check(2, best(2), ['saved', { step: 3 }]);
  check(5, best(2), best(5));
  check(2, best(2), best(5), ['hello', { attempt: 2 }], ['started', { resumed_from_step: 4 }]);
  check(undefined, best(5), ['hello', { attempt: 2 }], ['started', { resumed_from_step: 4 }]);
  check(2, best(2), best(5), ['finished', { step: 9, best_step: 2 }]);
  check(undefined, best(2), ['finished', { step: 9, best_step: null }]);
});

describe('a resumed run', () => {
  const firstAttempt: Said[] = [
    ['hello'],
    ['started'],
    ...[1, 2, 3, 4].flatMap((step): Said[] => [
      ['stepped', { step, loss: step }],
      ['evaluated', { step }],
      ['saved', { step }],
    ]),
    ['snapshotted', { step: 3 }],
    ['warned', { code: 'early' }],
  ];
  const resume = (step: number): Said[] => [
    ['hello', { attempt: 2 }],
    ['started', { resumed_from_step: step }],
  ];
  const stepsIn = (...said: Said[]): number[][] => {
    const { steps, evaluations, checkpoints } = stateAfter(...said);
    return [steps, evaluations, checkpoints].map((series) =>
      toArray<{ step: number }>(series).map((item) => item.step),
    );
  };

  it('forgets what was said about later steps', () => {
    expect(stepsIn(...firstAttempt, ...resume(2))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(stepsIn(...firstAttempt, ...resume(0))).toEqual([[], [], []]);
    expect(stepsIn(...firstAttempt, ...resume(9))).toEqual(stepsIn(...firstAttempt));
  });

  it('keeps everything until it says where it goes on', () => {
    expect(stepsIn(...firstAttempt, ['hello', { attempt: 2 }])).toEqual(stepsIn(...firstAttempt));
  });

  it('takes the new values of repeated steps', () => {
    const state = stateAfter(...firstAttempt, ...resume(2), ['stepped', { step: 3, loss: 30 }]);
    expect(toArray(state.steps).map((point) => point.loss)).toEqual([1, 2, 30]);
  });

  it('forgets a snapshot it must make again, and keeps one it need not', () => {
    expect(stateAfter(...firstAttempt, ...resume(2)).snapshot).toBeUndefined();
    expect(stateAfter(...firstAttempt, ...resume(3)).snapshot?.step).toBe(3);
  });

  it('clears how the earlier attempt ended, and keeps its warnings', () => {
    const state = stateAfter(...firstAttempt, ['stopped'], ...resume(2));
    expect(state.final).toBeUndefined();
    expect(toArray(state.warnings).map((event) => event.code)).toEqual(['early']);
    expect(state.attempt).toBe(2);
  });
});

describe('an event that contradicts earlier ones', () => {
  const base = foldEvents(transcript(['hello', { attempt: 3 }], ['started'], ['stepped', { step: 5 }]));
  const withLists = foldEvents(
    transcript(
      ['hello'],
      ['started'],
      ['evaluated', { step: 5 }],
      ['saved', { step: 5 }],
      ['finished', { step: 5 }],
    ),
  );
  const check = (name: string, state: typeof base, said: Said): void =>
    it(`changes nothing and is counted: ${name}`, () => {
      const event = transcript(said)[0] as Event;
      const next = reduce(state, { ...event, seq: (said[1]?.['seq'] as number | undefined) ?? 10 });
      const lastSeq = Math.max(state.lastSeq, next.lastSeq);
      expect(next).toEqual({ ...state, ignoredEvents: 1, lastSeq });
    });
  check('the same seq', base, ['stepped', { seq: 2, step: 6 }]);
  check('an earlier seq', base, ['warned', { seq: 0 }]);
  check('the same attempt', base, ['hello', { attempt: 3 }]);
  check('an earlier attempt', base, ['hello', { attempt: 2 }]);
  check('a step that is there', base, ['stepped', { step: 5 }]);
  check('a step back', base, ['stepped', { step: 4 }]);
  check('an evaluation back', withLists, ['evaluated', { step: 4 }]);
  check('a checkpoint back', withLists, ['saved', { step: 4 }]);
  check('a second end', withLists, ['failed']);
});

it('accepts two evaluations of one step, teacher-forced and decoded', () => {
  const state = stateAfter(['evaluated', { step: 5 }], ['evaluated', { step: 5, decoded: true }]);
  expect(toArray(state.evaluations).map((event) => event.decoded)).toEqual([false, true]);
});

it('reads nothing after a hello of another major protocol', () => {
  const state = stateAfter(['hello', { protocol: '9.0' }], ['started'], ['failed']);
  expect(state.problem).toContain('protocol 9.0');
  expect([state.status, state.ignoredEvents]).toEqual(['starting', 2]);
});

describe('for any order of events', () => {
  const events = transcript(
    ['hello'],
    ['started'],
    ...[1, 2, 3].flatMap((step): Said[] => [
      ['stepped', { step }],
      ['evaluated', { step, held: score(4 - step, 3) }],
      ['saved', { step, best: step === 2 }],
    ]),
    stop,
    ['stopped', { step: 3 }],
    ['hello', { attempt: 2 }],
    ['started', { resumed_from_step: 2 }],
    ['stepped', { step: 3 }],
    ['finished', { step: 3 }],
  );

  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    'gives a sane state without changing an older one: %i',
    (seed) => {
      const random = createRandom(seed, 'order');
      let state = deepFreeze(initialState());
      // Every event gets a fresh seq, else all but the rising ones would be refused at the door.
      for (const [seq, event] of shuffled(events, random).entries())
        state = deepFreeze(reduce(state, { ...event, seq }));
      const steps = toArray(state.steps).map((point) => point.step);
      expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
      expect(state.final?.type ?? 'none').toBe(
        ['stopped', 'finished', 'failed'].includes(state.status) ? state.status : 'none',
      );
      expect(state.lastSeq).toBe(events.length - 1);
    },
  );
});

/** Frozen objects throw when they are written to, so a fold over frozen states cannot cheat. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
