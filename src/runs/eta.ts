import type { RunState } from './runState.ts';
import { lastItems, toArray } from './series.ts';
import { median, stepSeconds } from './stepTimes.ts';

/** Enough steps for a steady median, few enough to follow a change of speed (another phase, a busy device). */
const RECENT_POINTS = 64;

/**
 * Seconds of work left, evaluations included, should the run go on as it did lately. Undefined while unknown (before two
 * logged steps of this attempt) and once the run has ended. A pause does not count: it is nobody's guess when it ends.
 */
export function etaSeconds(state: RunState): number | undefined {
  if (state.final !== undefined || state.totalSteps === undefined) return undefined;
  const points = lastItems(state.steps, RECENT_POINTS).filter((point) => isOfThisAttempt(state, point));
  const perStep = median(stepSeconds(points, toArray(state.evaluations)));
  if (perStep === undefined) return undefined;
  return Math.max(0, state.totalSteps - state.step) * (perStep + evaluationSecondsPerStep(state));
}

/** What evaluations have cost per step of this attempt; the one before its first step is paid once and does not count. */
function evaluationSecondsPerStep(state: RunState): number {
  const start = state.started?.resumed_from_step ?? 0;
  const durations = toArray(state.evaluations)
    .filter((evaluation) => evaluation.step > start && isOfThisAttempt(state, evaluation))
    .map((evaluation) => evaluation.duration)
    .filter(Number.isFinite);
  const typical = median(durations);
  return typical === undefined ? 0 : (typical * durations.length) / (state.step - start);
}

/** An earlier attempt may have run on another device. */
function isOfThisAttempt(state: RunState, event: { readonly time: string }): boolean {
  return state.hello === undefined || Date.parse(event.time) >= Date.parse(state.hello.time);
}
