import type { EvaluatedEvent } from '../protocol/events.ts';
import type { StepPoint } from './stepPoint.ts';

type TimedPoint = Pick<StepPoint, 'step' | 'time'>;
type TimedEvaluation = Pick<EvaluatedEvent, 'time' | 'duration'>;

/**
 * Seconds per optimizer step between neighbouring points, evaluations in between taken off; oldest first, one fewer than
 * there are points. Pauses, saves and the gap before a resume are still in it: take the median.
 * Both lists in the order of the run.
 */
export function stepSeconds(
  points: readonly TimedPoint[],
  evaluations: readonly TimedEvaluation[],
): number[] {
  let next = 0;
  const evaluating = (until: string): number => {
    let seconds = 0;
    for (
      let entry = evaluations[next];
      entry !== undefined && isBy(entry.time, until);
      entry = evaluations[++next]
    ) {
      if (Number.isFinite(entry.duration)) seconds += entry.duration;
    }
    return seconds;
  };
  return points.flatMap((point, index) => {
    const overhead = evaluating(point.time);
    const before = points[index - 1];
    if (before === undefined) return [];
    return [Math.max(0, (secondsBetween(before.time, point.time) - overhead) / (point.step - before.step))];
  });
}

/** The middle value, the mean of the two middle ones of an even number; undefined of none. Not thrown by outliers. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

function isBy(time: string, until: string): boolean {
  return Date.parse(time) <= Date.parse(until);
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}
