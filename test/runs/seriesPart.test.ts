import { describe, expect, it } from 'vitest';
import { CHUNK_LENGTH, append, emptySeries, toArray } from '../../src/runs/series.ts';
import type { RunState } from '../../src/runs/runState.ts';
import { columnsFrom, NOTHING_TOLD, seriesSince, type Told } from '../../src/runs/seriesPart.ts';
import { STEP_COLUMNS, type StepPoint } from '../../src/runs/stepPoint.ts';
import { foldEvents, score, stateAfter, timeAt, transcript, type Said } from './events.ts';

/** Steps whose numbers are all different, so that a column or a row that is mixed up is seen. */
const steps = (from: number, to: number): Said[] =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const step = from + index;
    const odd = step % 7 === 0 ? { grad_norm: NaN, loss: Infinity } : { grad_norm: step / 3, loss: step / 4 };
    const more = { epoch: step / 10, ce_loss: step / 5, kd_loss: step / 6, learning_rate: step / 7 };
    return ['stepped', { step, ...odd, ...more, tokens_per_second: step / 8, memory_bytes: step }];
  });

const begin: Said[] = [['hello'], ['started']];

/** What somebody who was told `told` hears of `state`; must still hold. */
function since(state: RunState, told: Told) {
  const next = seriesSince(state, told);
  if (next === undefined) throw new Error('what was told no longer holds');
  return next;
}

const LONG = 2 * CHUNK_LENGTH + 10;
/** Every offset at which something can go wrong: ends of chunks, the tail, and beyond. */
const OFFSETS = [0, 1, 63, 64, 65, 100, 127, 128, 129, LONG - 1, LONG, LONG + 1, 10 * LONG];

describe('columns', () => {
  const state = stateAfter(...begin, ...steps(1, LONG));
  const points = toArray(state.steps);
  const plainSeries = points.reduce(append<StepPoint>, emptySeries<StepPoint>());
  const expected = (from: number) =>
    Object.fromEntries(
      STEP_COLUMNS.map((name) => [
        name,
        Float64Array.from(points.slice(from), (point) =>
          name === 'time' ? Date.parse(point.time) : point[name],
        ),
      ]),
    );

  it('are those of this many packed and plain chunks', () => {
    expect([state.steps.chunks.length, state.steps.tail.length]).toEqual([2, 10]);
    expect(state.steps.chunks.some(Array.isArray)).toBe(false);
    expect(plainSeries.chunks.every(Array.isArray)).toBe(true);
  });

  it.each(OFFSETS)('from offset %d are the steps from there on', (from) => {
    expect(columnsFrom(state.steps, from)).toEqual(expected(from));
    expect(columnsFrom(plainSeries, from)).toEqual(expected(from));
  });

  it('of a series that ends with a chunk have no tail', () => {
    const whole = stateAfter(...begin, ...steps(1, CHUNK_LENGTH)).steps;
    expect(whole.tail).toEqual([]);
    expect(columnsFrom(whole, CHUNK_LENGTH - 1).step).toEqual(Float64Array.of(CHUNK_LENGTH));
    expect(columnsFrom(whole, CHUNK_LENGTH).step).toEqual(new Float64Array(0));
  });
});

describe('what somebody does not have yet', () => {
  it('is everything for whoever was told nothing', () => {
    const state = stateAfter(...begin, ['evaluated', { held: score(9, 10) }], ...steps(1, 3));
    const { part, told } = since(state, NOTHING_TOLD);
    expect(part.steps.step).toEqual(Float64Array.of(1, 2, 3));
    expect(part.evaluations.map(({ step }) => step)).toEqual([0]);
    expect(told).toMatchObject({ steps: 3, evaluations: 1 });
  });

  it('is nothing of a run of which nothing was heard, and of one that was told to its end', () => {
    const silent = since(stateAfter(), NOTHING_TOLD);
    expect(silent.part).toEqual({ steps: columnsFrom(emptySeries(), 0), evaluations: [], marks: [] });
    const state = stateAfter(...begin, ...steps(1, 70));
    const again = since(state, since(state, NOTHING_TOLD).told);
    expect(again.part.steps.step).toEqual(new Float64Array(0));
    expect(again.told).toEqual(since(state, NOTHING_TOLD).told);
  });

  it('joins what was told to all there is, event by event', () => {
    const said: Said[] = [
      ...begin,
      ['evaluated', { step: 0, held: score(8, 10) }],
      ...steps(1, 70),
      ['saved', { step: 70 }],
      ['evaluated', { step: 70, held: score(6, 10) }],
      ...steps(71, 150),
      ['evaluated', { step: 150, held: score(4, 10) }],
      ['finished', { step: 150 }],
    ];
    const events = transcript(...said);
    const heard = { steps: [] as number[], evaluations: [] as unknown[] };
    // The state before the first hello belongs to no attempt.
    let state = foldEvents(events.slice(0, 1));
    let told = since(state, NOTHING_TOLD).told;
    for (const event of events.slice(1)) {
      state = foldEvents([event], state);
      const next = since(state, told);
      heard.steps.push(...(next.part.steps.step ?? []));
      heard.evaluations.push(...next.part.evaluations);
      told = next.told;
    }
    const whole = since(state, NOTHING_TOLD).part;
    expect(heard.steps).toEqual([...(whole.steps.step ?? [])]);
    expect(heard.evaluations).toEqual(whole.evaluations);
    expect(told).toEqual({ ...since(state, NOTHING_TOLD).told });
  });

  it('is unknown after a resume cut the curves back, and told from the start', () => {
    const first: Said[] = [...begin, ...steps(1, 100), ['saved', { step: 80 }], ['stopped', { step: 100 }]];
    const second: Said[] = [
      ['hello', { attempt: 2 }],
      ['started', { resumed_from_step: 80 }],
      ...steps(81, 120),
    ];
    const { told } = since(stateAfter(...first), NOTHING_TOLD);
    const resumed = stateAfter(...first, ...second);
    // Longer than before, and yet not what was told and then grew.
    expect(resumed.steps.length).toBeGreaterThan(told.steps);
    expect(seriesSince(resumed, told)).toBeUndefined();
    expect(since(resumed, NOTHING_TOLD).part.steps.step?.length).toBe(120);
  });

  it('is unknown where there is less than was told, or another run', () => {
    const { told } = since(stateAfter(...begin, ...steps(1, 10)), NOTHING_TOLD);
    expect(seriesSince(stateAfter(...begin, ...steps(1, 9)), told)).toBeUndefined();
    expect(seriesSince(stateAfter(), told)).toBeUndefined();
    const later: Said[] = steps(1, 10).map(([type, fields = {}], index) => [type, fields, 500 + index]);
    expect(seriesSince(stateAfter(...begin, ...later), told)).toBeUndefined();
  });

  it('is unknown where the steps are the same and the evaluation is another one', () => {
    const evaluated = (seq: number): Said[] => [
      ['evaluated', { step: 0, seq, time: timeAt(1) }],
      ['stepped', { step: 1, seq: 9, time: timeAt(2) }],
    ];
    const { told } = since(stateAfter(...begin, ...evaluated(5)), NOTHING_TOLD);
    expect(seriesSince(stateAfter(...begin, ...evaluated(5)), told)).toBeDefined();
    expect(seriesSince(stateAfter(...begin, ...evaluated(6)), told)).toBeUndefined();
  });
});

describe('evaluations', () => {
  const at = (step: number, held: unknown, more: object = {}): Said => ['evaluated', { step, held, ...more }];
  const forgettingOf = (...said: Said[]) =>
    since(stateAfter(...begin, ...said), NOTHING_TOLD).part.evaluations.map(({ forgetting }) => forgetting);

  it('tell forgetting against the best so far; null where it means nothing', () => {
    expect(
      forgettingOf(
        at(0, score(0, 10)),
        at(1, score(8, 10)),
        at(2, score(6, 10)),
        at(3, null),
        at(4, score(10, 10)),
      ),
    ).toEqual([null, 0, expect.closeTo(0.25, 9), null, 0]);
  });

  it('count the best of those that were told before', () => {
    const said = [at(0, score(8, 10)), at(1, score(4, 10))];
    const early = since(stateAfter(...begin, said[0]!), NOTHING_TOLD).told;
    const { part } = since(stateAfter(...begin, ...said), early);
    expect(part.evaluations.map(({ step, forgetting }) => [step, forgetting])).toEqual([[1, 0.5]]);
  });

  it('carry everything that is drawn', () => {
    const more = { epoch: 0.5, decoded: true, known: score(1, 2), new: score(0, 0), eval_loss: 2.5 };
    const measured = { drift: { 0: 0.1, 3: 0.2 }, kl_to_base: NaN };
    const { part } = since(stateAfter(...begin, at(4, score(3, 4), { ...more, ...measured })), NOTHING_TOLD);
    expect(part.evaluations[0]).toMatchObject({
      step: 4,
      epoch: 0.5,
      time: Date.parse(timeAt(2)),
      decoded: true,
      held: { share: 0.75, correct: 3, total: 4 },
      known: { share: 0.5 },
      new: null,
      evalLoss: 2.5,
      drift: { 0: 0.1, 3: 0.2 },
      klToBase: NaN,
    });
  });
});
