import { describe, expect, it } from 'vitest';
import { PackedSteps, stepPacker } from '../../src/runs/packedSteps.ts';
import { append, CHUNK_LENGTH, emptySeries, itemAt, takeLeading, toArray } from '../../src/runs/series.ts';
import { STEP_COLUMNS, type StepPoint } from '../../src/runs/stepPoint.ts';
import { timeAt } from './events.ts';

/** A step whose every number is another one, so that two columns that change places are seen. */
const point = (step: number, over: Partial<StepPoint> = {}): StepPoint => ({
  step,
  time: timeAt(step + 0.123),
  epoch: step + 0.1,
  loss: step + 0.2,
  ce_loss: step + 0.3,
  kd_loss: step + 0.4,
  learning_rate: step + 0.5,
  grad_norm: step + 0.6,
  tokens_per_second: step + 0.7,
  memory_bytes: 2 ** 40 + step,
  ...over,
});

describe('packed steps', () => {
  it('come back as they were', () => {
    const points = [point(1), point(2), point(3)];
    const packed = new PackedSteps(points);
    expect([0, 1, 2].map((index) => packed.at(index))).toEqual(points);
    expect([-1, 3].map((index) => packed.at(index))).toEqual([undefined, undefined]);
    expect(packed.values.length).toBe(3 * STEP_COLUMNS.length);
  });

  it('keep what is no finite number', () => {
    const odd = point(1, { loss: NaN, ce_loss: Infinity, kd_loss: -Infinity, grad_norm: NaN });
    expect(new PackedSteps([odd]).at(0)).toEqual(odd);
  });

  it('survive a date that no calendar has', () => {
    const packed = new PackedSteps([point(1, { time: '2026-02-32T00:00:00Z' }), point(2)]);
    expect(packed.at(0)).toEqual(point(1, { time: '' }));
    expect(packed.at(1)).toEqual(point(2));
    // What was unpacked (a resume cuts through a chunk) is packed once more.
    expect(new PackedSteps([packed.at(0)!]).at(0)).toEqual(packed.at(0));
  });

  it('keep times to the millisecond, in one way of writing them', () => {
    const [packed] = [new PackedSteps([point(1, { time: '2026-01-01T00:00:01.123456Z' })])];
    expect(packed.at(0)?.time).toBe('2026-01-01T00:00:01.123Z');
  });
});

it('a series packs its full chunks, and reads, cuts and grows as one that does not', () => {
  const points = Array.from({ length: 2 * CHUNK_LENGTH + 5 }, (_, index) => point(index + 1));
  const series = points.reduce(append<StepPoint>, emptySeries(stepPacker));
  expect(series.chunks.map((chunk) => chunk instanceof PackedSteps)).toEqual([true, true]);
  expect(toArray(series)).toEqual(points);
  expect(itemAt(series, CHUNK_LENGTH)).toEqual(points[CHUNK_LENGTH]);
  const cut = takeLeading(series, ({ step }) => step <= CHUNK_LENGTH + 3);
  expect(toArray(cut)).toEqual(points.slice(0, CHUNK_LENGTH + 3));
  expect(toArray(append(cut, point(999)))).toEqual([...points.slice(0, CHUNK_LENGTH + 3), point(999)]);
});
