import type { Event, EventOf, HelloEvent, StartedEvent, SteppedEvent } from '../protocol/events.ts';
import { protocolProblem } from '../protocol/version.ts';
import type { EventStatus, FinalEvent, RunState, StepPoint } from './runState.ts';
import { append, lastItem, takeLeading, toArray } from './series.ts';

/**
 * The run after one more event. Total: any event in any order gives a state, because the file may be damaged or hostile;
 * what contradicts the earlier events is counted in `ignoredEvents` and otherwise dropped. Pure, and constant time but for
 * a resume, which is linear in the checkpoints.
 */
export function reduce(state: RunState, event: Event): RunState {
  const lastSeq = Math.max(state.lastSeq, event.seq);
  if (contradicts(state, event)) return { ...state, lastSeq, ignoredEvents: state.ignoredEvents + 1 };
  const next = absorb(state, event);
  return { ...next, status: statusAfter(state, event), lastSeq, lastTime: event.time };
}

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

/** Everything but the status. The closed switch over the events: one line or one function each. */
function absorb(state: RunState, event: Event): RunState {
  switch (event.type) {
    case 'hello':
      return greet(state, event);
    case 'started':
      return begin(state, event);
    case 'progressed': {
      const { phase, done, total } = event;
      return { ...state, progress: { phase, done, total } };
    }
    case 'snapshotted':
      return { ...advance(state, event.step), snapshot: event };
    case 'stepped':
      return { ...advance(state, event.step), steps: append(state.steps, pointOf(event)) };
    case 'evaluated':
      return { ...advance(state, event.step), evaluations: append(state.evaluations, event) };
    case 'saved':
      return keepCheckpoint(state, event);
    case 'acknowledged':
      return { ...state, acknowledgements: append(state.acknowledgements, event) };
    case 'warned':
      return { ...state, warnings: append(state.warnings, event) };
    case 'paused':
    case 'continued':
      return advance(state, event.step);
    case 'stopped':
    case 'finished':
    case 'failed':
      return end(state, event);
  }
}

/** A new attempt takes over. What the earlier one measured stays until `started` says from which step it goes on. */
function greet(state: RunState, event: HelloEvent): RunState {
  const problem = protocolProblem(event.protocol);
  return { ...state, attempt: event.attempt, hello: event, progress: undefined, final: undefined, problem };
}

/** The attempt goes on from a checkpoint: everything above that step happened in a future that did not come. */
function begin(state: RunState, event: StartedEvent): RunState {
  const step = event.resumed_from_step;
  const keep = (item: { step: number }): boolean => item.step <= step;
  const checkpoints = takeLeading(state.checkpoints, keep);
  return {
    ...state,
    started: event,
    progress: undefined,
    step,
    totalSteps: event.total_steps,
    steps: takeLeading(state.steps, keep),
    evaluations: takeLeading(state.evaluations, keep),
    checkpoints,
    snapshot: state.snapshot !== undefined && keep(state.snapshot) ? state.snapshot : undefined,
    bestStep: toArray(checkpoints).findLast((checkpoint) => checkpoint.best)?.step,
  };
}

function keepCheckpoint(state: RunState, event: EventOf<'saved'>): RunState {
  const bestStep = event.best ? event.step : state.bestStep;
  return { ...advance(state, event.step), checkpoints: append(state.checkpoints, event), bestStep };
}

function end(state: RunState, event: FinalEvent): RunState {
  const reached = event.type === 'failed' ? { ...state, progress: undefined } : advance(state, event.step);
  const bestStep = event.type === 'finished' ? (event.best_step ?? undefined) : state.bestStep;
  return { ...reached, final: event, bestStep };
}

/** Something was measured or done at `step`, so the phase before it is over. */
function advance(state: RunState, step: number): RunState {
  return { ...state, step: Math.max(state.step, step), progress: undefined };
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
      return event.command === 'stop' && event.accepted ? 'stopping' : status;
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
