import type { Event, EventOf, HelloEvent, StartedEvent, SteppedEvent } from '../protocol/events.ts';
import { protocolProblem } from '../protocol/version.ts';
import type { EventStatus, FinalEvent, Progress, RunState } from './runState.ts';
import { append, lastItem, takeLeading } from './series.ts';
import type { StepPoint } from './stepPoint.ts';

/**
 * The run after one more event. Total: any event in any order gives a state, because the file may be damaged or hostile;
 * what contradicts the earlier events is counted in `ignoredEvents` and otherwise dropped. Pure, and no event costs
 * more for a long run than for a short one, so that a hostile file cannot make the fold quadratic.
 */
export function reduce(state: RunState, event: Event): RunState {
  const lastSeq = Math.max(state.lastSeq, event.seq);
  if (contradicts(state, event)) return { ...state, lastSeq, ignoredEvents: state.ignoredEvents + 1 };
  const status = statusAfter(state, event);
  return { ...state, ...changeBy(state, event), status, lastSeq, lastTime: event.time };
}

/** The fields that an event changes. */
type Change = Partial<RunState>;

/** Order is what makes a fold meaningful: seq rises, attempts rise, and steps rise until a resume cuts them back. */
function contradicts(state: RunState, event: Event): boolean {
  if (state.problem !== undefined || event.seq <= state.lastSeq) return true;
  // The first final event of an attempt decides: a crash while cleaning up does not undo `finished`.
  if (isFinal(event)) return state.final !== undefined;
  switch (event.type) {
    case 'hello':
      return event.attempt <= state.attempt;
    case 'stepped':
      return event.step <= (lastItem(state.steps)?.step ?? -1);
    case 'evaluated':
      return event.step < (lastItem(state.evaluations)?.step ?? 0);
    case 'saved':
      return event.step < (lastItem(state.checkpoints)?.step ?? 0);
    default:
      return false;
  }
}

/** What the event says, but for the status. The closed switch over the events: one line or one function each. */
function changeBy(state: RunState, event: Event): Change {
  if (isFinal(event)) return end(state, event);
  switch (event.type) {
    case 'hello':
      return greet(event);
    case 'started':
      return begin(state, event);
    case 'progressed':
      return { progress: progressOf(event) };
    case 'snapshotted':
      return { ...reach(state, event.step), snapshot: event };
    case 'stepped':
      return { ...reach(state, event.step), steps: append(state.steps, pointOf(event)) };
    case 'evaluated':
      return { ...reach(state, event.step), evaluations: append(state.evaluations, event) };
    case 'saved':
      return keepCheckpoint(state, event);
    case 'acknowledged':
      return { acknowledgements: append(state.acknowledgements, event) };
    case 'answered':
      return { progress: undefined, answers: append(state.answers, event) };
    case 'warned':
      return { warnings: append(state.warnings, event) };
    case 'paused':
    case 'continued':
      return reach(state, event.step);
  }
}

/** A new attempt takes over. What the earlier one measured stays until `started` says from which step it goes on. */
function greet(event: HelloEvent): Change {
  const problem = protocolProblem(event.protocol);
  return { attempt: event.attempt, hello: event, progress: undefined, final: undefined, problem };
}

/** The attempt goes on from a checkpoint: everything above that step happened in a future that did not come. */
function begin(state: RunState, event: StartedEvent): Change {
  const step = event.resumed_from_step;
  const holds = (item: { step: number }): boolean => item.step <= step;
  const bestSteps = takeLeading(state.bestSteps, (best) => best <= step);
  return {
    started: event,
    progress: undefined,
    step,
    totalSteps: event.total_steps,
    steps: takeLeading(state.steps, holds),
    evaluations: takeLeading(state.evaluations, holds),
    checkpoints: takeLeading(state.checkpoints, holds),
    snapshot: state.snapshot !== undefined && holds(state.snapshot) ? state.snapshot : undefined,
    bestSteps,
    bestStep: lastItem(bestSteps),
  };
}

function keepCheckpoint(state: RunState, event: EventOf<'saved'>): Change {
  const kept = { ...reach(state, event.step), checkpoints: append(state.checkpoints, event) };
  return event.best
    ? { ...kept, bestSteps: append(state.bestSteps, event.step), bestStep: event.step }
    : kept;
}

function end(state: RunState, event: FinalEvent): Change {
  switch (event.type) {
    case 'failed':
      return { progress: undefined, final: event };
    case 'stopped':
      return { ...reach(state, event.step), final: event };
    case 'finished':
      return { ...reach(state, event.step), final: event, bestStep: event.best_step ?? undefined };
  }
}

/** Something was measured or done at `step`, so the phase before it is over. */
function reach(state: RunState, step: number): Pick<RunState, 'step' | 'progress'> {
  return { step: Math.max(state.step, step), progress: undefined };
}

function pointOf(event: SteppedEvent): StepPoint {
  const {
    step,
    epoch,
    time,
    loss,
    ce_loss,
    kd_loss,
    learning_rate,
    grad_norm,
    tokens_per_second,
    memory_bytes,
  } = event;
  return {
    step,
    epoch,
    time,
    loss,
    ce_loss,
    kd_loss,
    learning_rate,
    grad_norm,
    tokens_per_second,
    memory_bytes,
  };
}

function statusAfter({ status, final }: RunState, event: Event): EventStatus {
  if (event.type === 'hello') return 'starting';
  if (isFinal(event)) return event.type;
  return final !== undefined || status === 'stopping' ? status : steeredStatus(status, event);
}

function isFinal(event: Event): event is FinalEvent {
  return event.type === 'stopped' || event.type === 'finished' || event.type === 'failed';
}

function steeredStatus(status: EventStatus, event: Event): EventStatus {
  switch (event.type) {
    case 'acknowledged':
      // `command` is the id of the file that is answered; its word stands beside it.
      return event.name === 'stop' && event.accepted ? 'stopping' : status;
    case 'progressed':
      if (event.phase === 'waiting') return 'waiting';
      return status === 'waiting' ? 'starting' : status;
    case 'started':
    case 'stepped':
    case 'continued':
      return 'running';
    case 'paused':
      return 'paused';
    default:
      return status;
  }
}

function progressOf({ phase, done, total, waiting_for: waitingFor }: EventOf<'progressed'>): Progress {
  return { phase, done, total, ...(waitingFor === undefined ? {} : { waitingFor }) };
}
