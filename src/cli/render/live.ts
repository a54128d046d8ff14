import type { EvaluatedEvent, Score } from '../../protocol/events.ts';
import { etaSeconds } from '../../runs/eta.ts';
import { forgettingCurve } from '../../runs/forgetting.ts';
import type { Status } from '../../runs/liveStatus.ts';
import { PHASE_WORDS } from '../../runs/phaseWords.ts';
import type { Progress, RunState } from '../../runs/runState.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import { printable } from '../terminal.ts';
import { bar, clip, duration, grouped, percent, share } from '../../base/format.ts';

const BAR_WIDTH = 24;

/** The block that is redrawn while a run is followed: how far it is, how well it does, what it is busy with. */
export function liveLines(state: RunState, status: Status, columns: number): string[] {
  const lines = [stepLine(state, status), scoreLine(state), phaseLine(state.progress)];
  return lines.filter((line) => line !== undefined).map((line) => clip(line, columns - 1));
}

/** Warnings that came after `before`, an earlier state of the same run. */
export function warningLines(before: RunState, after: RunState): string[] {
  return toArray(after.warnings)
    .filter(({ seq }) => seq > before.lastSeq)
    .map(({ message }) => `warning: ${printable(message)}`);
}

/** What is worth a line of its own where nothing can be redrawn: warnings, phases that begin, evaluations. */
export function newsLines(before: RunState, after: RunState): string[] {
  const { progress } = after;
  const phase =
    progress === undefined || progress.phase === before.progress?.phase || progress.phase === 'evaluating'
      ? undefined
      : phaseLine(progress);
  return [
    ...warningLines(before, after),
    ...(phase === undefined ? [] : [phase]),
    ...evaluationLines(before, after),
  ];
}

function evaluationLines(before: RunState, after: RunState): string[] {
  const evaluations = toArray(after.evaluations);
  const curve = forgettingCurve(evaluations);
  return evaluations.flatMap((event, index) => {
    const line = event.seq > before.lastSeq ? evaluationLine(event, curve[index]?.relative) : undefined;
    return line === undefined ? [] : [`step ${event.step}: ${line}`];
  });
}

/** How far the run is, in one line. */
export function stepLine(state: RunState, status: Status): string {
  const { step, totalSteps } = state;
  if (totalSteps === undefined) return `${status} ...`;
  const last = lastItem(state.steps);
  const eta = etaSeconds(state);
  const parts = [
    `${bar(step, totalSteps, BAR_WIDTH)} step ${step}/${totalSteps}`,
    ...(last === undefined
      ? []
      : [
          `epoch ${last.epoch.toFixed(1)}`,
          `loss ${last.loss.toFixed(3)}`,
          `lr ${last.learning_rate.toExponential(1)}`,
          `${grouped(last.tokens_per_second)} tok/s`,
        ]),
    ...(eta === undefined ? [] : [`ETA ${duration(eta)}`]),
    ...(status === 'running' ? [] : [status]),
  ];
  return parts.join('  ');
}

/** held / known / new and forgetting of the last evaluation; undefined before the first. */
function scoreLine(state: RunState): string | undefined {
  const last = lastItem(state.evaluations);
  if (last === undefined) return undefined;
  return evaluationLine(last, forgettingCurve(toArray(state.evaluations)).at(-1)?.relative);
}

/** One evaluation in a line; undefined when it measured nothing. */
function evaluationLine(event: EvaluatedEvent, forgetting: number | undefined): string | undefined {
  const sets = [
    ['held', event.held],
    ['known', event.known],
    ['new', event.new],
  ] as const;
  const parts = [
    ...sets.flatMap(([name, score]) => (score === null ? [] : [`${name} ${scoreText(score)}`])),
    ...(forgetting === undefined ? [] : [`forgetting ${percent(forgetting)}`]),
    ...(event.eval_loss === null ? [] : [`eval loss ${event.eval_loss.toFixed(3)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('   ');
}

function scoreText({ correct, total }: Score): string {
  return `${share(correct / total)} (${correct}/${total})`;
}

/** The phase that is going on, in words; undefined between phases. */
export function phaseLine(progress: Progress | undefined): string | undefined {
  if (progress === undefined) return undefined;
  const words = PHASE_WORDS[progress.phase];
  if (progress.waitingFor !== undefined)
    return `${words}, which works for ${printable(progress.waitingFor)} ...`;
  return progress.total <= 1
    ? `${words} ...`
    : `${bar(progress.done, progress.total, BAR_WIDTH)} ${words} ${progress.done}/${progress.total}`;
}
