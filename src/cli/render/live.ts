import type { EvaluatedEvent, Score } from '../../protocol/events.ts';
import { etaSeconds } from '../../runs/eta.ts';
import { forgettingCurve } from '../../runs/forgetting.ts';
import type { Status } from '../../runs/liveStatus.ts';
import type { Progress, RunState } from '../../runs/runState.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import { bar, clip, duration, grouped, percent, share } from './format.ts';

const PHASE_WORDS: Readonly<Record<string, string>> = {
  waiting: 'waiting for the device',
  loading: 'loading the model',
  tokenizing: 'tokenizing',
  probing: 'asking the base what it knows',
  evaluating: 'evaluating',
  saving: 'saving a checkpoint',
};

/** The block that is redrawn while a run is followed: what it does, how far, how well. */
export function liveLines(state: RunState, status: Status, columns: number): string[] {
  const lines = [stepLine(state, status), scoreLine(state), phaseLine(state.progress)];
  return lines.filter((line) => line !== undefined).map((line) => clip(line, columns - 1));
}

/** One line per step for terminals that cannot be redrawn. */
export function stepLine(state: RunState, status: Status): string {
  const { totalSteps } = state;
  if (totalSteps === undefined) return `${status} ...`;
  const last = lastItem(state.steps);
  const parts = [
    `${bar(state.step, totalSteps, 24)} step ${state.step}/${totalSteps}`,
    ...(last === undefined
      ? []
      : [
          `epoch ${last.epoch.toFixed(1)}`,
          `loss ${last.loss.toFixed(3)}`,
          `lr ${last.learning_rate.toExponential(1)}`,
          `${grouped(last.tokens_per_second)} tok/s`,
        ]),
    `ETA ${duration(etaSeconds(state))}`,
    ...(status === 'running' ? [] : [status]),
  ];
  return parts.join('  ');
}

/** held / known / new and forgetting of the last evaluation; undefined before the first. */
export function scoreLine(state: RunState): string | undefined {
  const last = lastItem(state.evaluations);
  return last === undefined
    ? undefined
    : evaluationLine(last, forgettingCurve(toArray(state.evaluations)).at(-1)?.relative);
}

/** One evaluation in a line; undefined when it measured nothing. */
export function evaluationLine(event: EvaluatedEvent, forgetting: number | undefined): string | undefined {
  const sets = [
    ['held', event.held],
    ['known', event.known],
    ['new', event.new],
  ] as const;
  const parts = sets.flatMap(([name, score]) => (score === null ? [] : [`${name} ${scoreText(score)}`]));
  const evalLoss = event.eval_loss === null ? [] : [`eval loss ${event.eval_loss.toFixed(3)}`];
  if (parts.length === 0 && evalLoss.length === 0) return undefined;
  return [...parts, `forgetting ${percent(forgetting)}`, ...evalLoss].join('   ');
}

function scoreText({ correct, total }: Score): string {
  return `${share(correct / total)} (${correct}/${total})`;
}

/** The phase that is going on, in words. */
export function phaseLine(progress: Progress | undefined): string | undefined {
  if (progress === undefined) return undefined;
  const words = PHASE_WORDS[progress.phase] ?? progress.phase;
  return progress.total <= 1
    ? `${words} ...`
    : `${bar(progress.done, progress.total, 24)} ${words} ${progress.done}/${progress.total}`;
}
