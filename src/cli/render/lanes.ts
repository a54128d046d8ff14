import { etaSeconds } from '../../runs/eta.ts';
import { exactMatch, forgettingCurve } from '../../runs/forgetting.ts';
import type { Status } from '../../runs/liveStatus.ts';
import type { RunState } from '../../runs/runState.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import { bar, clip, duration, percent, share } from '../../base/format.ts';
import { phaseLine } from './live.ts';

const BAR_WIDTH = 16;

/** One of several runs at work, in one line: how far, how well, and what it does where that is not training. */
export function laneLine(name: string, state: RunState, status: Status, columns: number): string {
  const { step, totalSteps } = state;
  if (totalSteps === undefined)
    return clip(`${name}  ${phaseLine(state.progress) ?? `${status} ...`}`, columns);
  const eta = etaSeconds(state);
  const parts = [
    `${name}  ${bar(step, totalSteps, BAR_WIDTH)} ${step}/${totalSteps}`,
    ...scoresOf(state),
    ...(eta === undefined ? [] : [`ETA ${duration(eta)}`]),
    ...(status === 'running' ? [] : [status]),
  ];
  return clip(parts.join('  '), columns);
}

/** What stays on the screen when a run has ended. */
export function laneSummary(name: string, state: RunState, status: Status): string {
  const took = state.final?.type === 'finished' ? `, took ${duration(state.final.duration)}` : '';
  return `${name}: ${status} at step ${state.step}${took}  ${scoresOf(state).join('  ')}`.trimEnd();
}

function scoresOf(state: RunState): string[] {
  const last = lastItem(state.evaluations);
  if (last === undefined) return [];
  const forgetting = forgettingCurve(toArray(state.evaluations)).at(-1)?.relative;
  const em = (['held', 'known', 'new'] as const).flatMap((set) => {
    const value = exactMatch(last[set]);
    return value === undefined ? [] : [`${set} ${share(value)}`];
  });
  return [...em, ...(forgetting === undefined ? [] : [`forgetting ${percent(forgetting)}`])];
}
