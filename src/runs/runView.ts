import { duration } from '../base/format.ts';
import type { ForgettingView, RunView } from '../protocol/panelMessages.ts';
import type { NotesFile, RunFile } from '../protocol/runFiles.ts';
import { actionsFor } from './actions.ts';
import { etaSeconds } from './eta.ts';
import { forgettingAt } from './forgetting.ts';
import type { Liveness, Status } from './liveStatus.ts';
import { methodLabel } from './methodLabel.ts';
import { PHASE_WORDS } from './phaseWords.ts';
import type { Progress, RunState } from './runState.ts';
import { lastItem, lastItems, toArray } from './series.ts';
import { shareView } from './shareView.ts';
import { median, stepSeconds } from './stepTimes.ts';

/** What a view of a run is made of. */
export interface ViewedRun {
  readonly id: string;
  readonly file: RunFile | undefined;
  readonly notes: NotesFile;
  readonly state: RunState;
  readonly status: Status;
  readonly liveness: Liveness | undefined;
  readonly damage: string | undefined;
}

const RECENT_STEPS = 32;
const SHOWN_WARNINGS = 50;

/** Everything about a run that is no curve, as a person reads it. Pure. */
export function runView(run: ViewedRun): RunView {
  const { id, file, state, status } = run;
  return {
    id,
    title: titleOf(run),
    config: configName(file),
    method: file === undefined ? '' : methodLabel(file.config),
    status,
    statusText: statusText(run),
    ...positionOf(run),
    ...speedOf(state),
    ...scoresOf(state),
    maxForgetting: file?.config.probes.max_forgetting ?? 1,
    ...machineOf(state),
    warnings: lastItems(state.warnings, SHOWN_WARNINGS).map(({ time, message }) => ({
      time: Date.parse(time),
      message,
    })),
    checkpoints: toArray(state.checkpoints).map(({ step, bytes }) => ({
      step,
      bytes,
      best: step === state.bestStep,
    })),
    actions: actionsFor(status),
    damage: run.damage,
  };
}

type Position = 'step' | 'totalSteps' | 'epoch' | 'totalEpochs' | 'snapshotSteps' | 'activity' | 'eta';

function positionOf({ state, status }: ViewedRun): Pick<RunView, Position> {
  return {
    step: state.step,
    totalSteps: state.totalSteps,
    epoch: lastItem(state.steps)?.epoch,
    totalEpochs: epochsOf(state),
    snapshotSteps: state.started?.snapshot_steps ?? 0,
    activity: isAtWork(status) ? activityOf(state.progress) : undefined,
    eta: isAtWork(status) ? etaSeconds(state) : undefined,
  };
}

function speedOf({
  steps,
  evaluations,
}: RunState): Pick<RunView, 'secondsPerStep' | 'tokensPerSecond' | 'memoryBytes' | 'loss'> {
  const last = lastItem(steps);
  return {
    secondsPerStep: median(stepSeconds(lastItems(steps, RECENT_STEPS), toArray(evaluations))),
    tokensPerSecond: last?.tokens_per_second,
    memoryBytes: last?.memory_bytes,
    loss: last?.loss,
  };
}

function scoresOf(state: RunState): Pick<RunView, 'held' | 'known' | 'new' | 'forgetting'> {
  const last = lastItem(state.evaluations);
  return {
    held: shareView(last?.held),
    known: shareView(last?.known),
    new: shareView(last?.new),
    forgetting: forgettingOf(state),
  };
}

function machineOf({ hello, started }: RunState): Pick<RunView, 'device' | 'engine' | 'parameters'> {
  return {
    device: hello === undefined ? undefined : `${hello.device.name}, ${hello.backend}`,
    engine: hello === undefined ? undefined : `${hello.engine} ${hello.engine_version}`,
    parameters:
      started === undefined
        ? undefined
        : { trainable: started.num_trainable_parameters, total: started.num_parameters },
  };
}

/** What a run is called: what somebody named it, else its config and when it began. */
export function titleOf({ id, file, notes }: Pick<ViewedRun, 'id' | 'file' | 'notes'>): string {
  return notes.label ?? configStem(file) ?? id;
}

/** File name of the config without its endings. */
export function configStem(file: RunFile | undefined): string | undefined {
  return configName(file)?.replace(/(\.sft)?\.(ya?ml|json)$/i, '');
}

/** File name of the config. Paths of either system: the folder may come from another one. */
export function configName(file: RunFile | undefined): string | undefined {
  return file?.config_file?.split(/[/\\]/).at(-1);
}

/** Whether an engine is, or may be, at work. */
export function isAtWork(status: Status): boolean {
  return ['starting', 'waiting', 'running', 'paused', 'stopping'].includes(status);
}

/** What the engine is busy with besides training; undefined between phases. */
export function activityOf(progress: Progress | undefined): RunView['activity'] {
  if (progress === undefined) return undefined;
  const { phase, done, total, waitingFor } = progress;
  const whom = waitingFor?.split(/[/\\]/).at(-1);
  const text = whom === undefined ? PHASE_WORDS[phase] : `${PHASE_WORDS[phase]}, which works for ${whom}`;
  return { text, done, total };
}

function statusText(run: ViewedRun): string | undefined {
  const { state, status } = run;
  const { final } = state;
  if (final?.type === 'failed' && status === 'failed') return final.message;
  switch (status) {
    case 'lost':
      return `The engine is gone without a last word (killed, out of memory, or the machine went down). ${resumeText(state)}`;
    case 'unknown':
      return 'It runs on another machine, or in another container, and has not shown a sign of life for a minute. Look there.';
    case 'stopped':
      return final?.type === 'stopped'
        ? `Stopped at step ${final.step}: ${final.reason}. ${resumeText(state)}`
        : undefined;
    case 'finished':
      return final?.type === 'finished' ? finishedText(final.duration, state.bestStep) : undefined;
    case 'stopping':
      return 'Finishing the step in hand and saving a checkpoint.';
    default:
      return undefined;
  }
}

function finishedText(seconds: number, bestStep: number | undefined): string {
  const best = bestStep === undefined ? '' : `; the best checkpoint is that of step ${bestStep}`;
  return `Finished in ${duration(seconds)}${best}.`;
}

function resumeText(state: RunState): string {
  const saved = lastItem(state.checkpoints);
  return saved === undefined
    ? 'There is no checkpoint: Resume begins anew.'
    : `Resume goes on from the checkpoint of step ${saved.step}.`;
}

/** Epochs of the run proper; undefined until it has started. */
function epochsOf({ started }: RunState): number | undefined {
  if (started === undefined || started.steps_per_epoch === 0) return undefined;
  return (started.total_steps - started.snapshot_steps) / started.steps_per_epoch;
}

function forgettingOf({ evaluations }: RunState): ForgettingView | undefined {
  const forgetting = forgettingAt(toArray(evaluations));
  if (forgetting === undefined) return undefined;
  const { relative, lost, gained, referenceStep } = forgetting;
  const isReference = lastItem(evaluations)?.step === referenceStep;
  return {
    relative,
    lost: isReference ? 0 : lost,
    gained: isReference ? 0 : gained,
    referenceStep,
    isReference,
  };
}
