import { Emitter, type Disposable } from '../base/emitter.ts';
import type { Event } from '../protocol/events.ts';
import { liveStatus, type Liveness, type Status } from './liveStatus.ts';
import { reduce } from './reduce.ts';
import { initialState, type RunState } from './runState.ts';

/** A run as the explorer, the panel and the command line see it. */
export interface Run {
  readonly id: string;
  readonly state: RunState;
  /** Undefined until somebody has looked. */
  readonly liveness: Liveness | undefined;
  /** What the events tell until somebody has looked: a false `lost` would offer a resume. */
  readonly status: Status;
}

/** Which run changed; `run` undefined: it was removed. */
export interface RunChange {
  readonly id: string;
  readonly run: Run | undefined;
}

/** The runs that are known, by id. A run exists from the first time anything is said about it. */
export interface RunStore extends Disposable {
  get(id: string): Run | undefined;
  /** In the order in which they became known. */
  all(): readonly Run[];
  apply(id: string, event: Event): void;
  /** For whoever folds a batch of events itself (foldText.ts): one change instead of one per event. */
  setState(id: string, state: RunState): void;
  /** Asked for every few seconds, so it is a change only if the status changes with it. */
  setLiveness(id: string, liveness: Liveness): void;
  remove(id: string): void;
  onDidChange(listener: (change: RunChange) => void): Disposable;
}

export function createRunStore(): RunStore {
  const runs = new Map<string, Run>();
  const changed = new Emitter<RunChange>();
  const put = (run: Run): void => {
    const before = runs.get(run.id);
    runs.set(run.id, run);
    if (before?.state !== run.state || before.status !== run.status) changed.fire({ id: run.id, run });
  };
  const known = (id: string): Run => runs.get(id) ?? newRun(id);
  const setState = (id: string, state: RunState): void => put(withStatus({ ...known(id), state }));
  return {
    get: (id) => runs.get(id),
    all: () => [...runs.values()],
    apply: (id, event) => setState(id, reduce(known(id).state, event)),
    setState,
    setLiveness: (id, liveness) => put(withStatus({ ...known(id), liveness })),
    remove: (id) => {
      if (runs.delete(id)) changed.fire({ id, run: undefined });
    },
    onDidChange: changed.on,
    dispose: () => changed.dispose(),
  };
}

function newRun(id: string): Run {
  const state = initialState();
  return { id, state, liveness: undefined, status: state.status };
}

function withStatus(run: Run): Run {
  const { state, liveness } = run;
  return { ...run, status: liveness === undefined ? state.status : liveStatus(state, liveness) };
}
