import type { Event, EventOf, EventType, Score } from '../../src/protocol/events.ts';
import { reduce } from '../../src/runs/reduce.ts';
import { initialState, type RunState } from '../../src/runs/runState.ts';

// Builders of events for the tests of runs/: everything has a dull default, a test names only what it is about.

const hello: Omit<EventOf<'hello'>, 'seq' | 'time'> = {
  type: 'hello',
  protocol: '1.0',
  attempt: 1,
  engine: 'tfjs',
  engine_version: '0.1.0',
  versions: {},
  pid: 1,
  device: { name: 'cpu', kind: 'cpu', memory_bytes: 1 },
  backend: 'wasm',
  dtype: 'float32',
  world_size: 1,
};
const started = {
  type: 'started',
  total_steps: 100,
  steps_per_epoch: 10,
  snapshot_steps: 0,
  num_rows: 1,
  num_train_tokens: 1,
  effective_batch_size: 1,
  gradient_accumulation_steps: 1,
  num_parameters: 20,
  num_trainable_parameters: 10,
  resumed_from_step: 0,
};
const stepped = {
  type: 'stepped',
  step: 1,
  epoch: 0.1,
  phase: 'main',
  loss: 1,
  ce_loss: 1,
  kd_loss: 0,
  penalties: {},
  num_ce_tokens: 1,
  num_kd_tokens: 0,
  learning_rate: 1e-4,
  grad_norm: 1,
  num_input_tokens_seen: 1,
  tokens_per_second: 1,
  memory_bytes: 1,
};
const evaluated = {
  type: 'evaluated',
  step: 0,
  epoch: 0,
  trigger: 'schedule',
  decoded: false,
  held: null,
  known: null,
  new: null,
  probes: {},
  forgetting: null,
  reference_step: null,
  eval_loss: null,
  drift: {},
  kl_to_base: null,
  probe_file: null,
  duration: 0,
};
const defaults: Record<EventType, object> = {
  hello,
  started,
  stepped,
  evaluated,
  progressed: { type: 'progressed', phase: 'loading', done: 0, total: 0 },
  snapshotted: { type: 'snapshotted', step: 0, rows_used: 1, teacher_hash: '0', cache_bytes: 1 },
  saved: { type: 'saved', step: 0, path: 'checkpoints/step-00000000', bytes: 1, best: false },
  acknowledged: { type: 'acknowledged', command: 'id', name: 'stop', accepted: true, reason: null },
  answered: { type: 'answered', command: 'id', answers: [] },
  warned: { type: 'warned', code: 'code', message: 'message' },
  paused: { type: 'paused', step: 0, reason: '' },
  continued: { type: 'continued', step: 0, reason: '' },
  stopped: { type: 'stopped', step: 0, reason: '' },
  finished: { type: 'finished', step: 0, duration: 1, best_step: null, summary: {} },
  failed: { type: 'failed', code: 'code', message: 'message', detail: '' },
};

/** An event without its place in the file: type, what it is about, and optionally when it was written, in seconds. */
export type Said = [type: EventType, fields?: Record<string, unknown>, second?: number];

/** Seconds after an arbitrary midnight, as the wire writes times. */
export function timeAt(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
}

/** Events with `seq` = 0, 1, 2 ... and, unless said otherwise, one second apart. */
export function transcript(...said: Said[]): Event[] {
  return said.map(
    ([type, fields = {}, second], seq) =>
      ({ ...defaults[type], seq, time: timeAt(second ?? seq), ...fields }) as unknown as Event,
  );
}

export function foldEvents(events: readonly Event[], from: RunState = initialState()): RunState {
  return events.reduce(reduce, from);
}

/** The state after these events. */
export function stateAfter(...said: Said[]): RunState {
  return foldEvents(transcript(...said));
}

export function score(correct: number, total: number, lost = 0, gained = 0): Score {
  return { correct, total, lost, gained };
}
