import type { EventStatus, RunState } from './runState.ts';

/** What is known of the process that works on a run. */
export interface Liveness {
  /** `elsewhere`: another host or boot, so that its pid says nothing here; `none`: no process has claimed the folder. */
  readonly process: 'alive' | 'gone' | 'elsewhere' | 'none';
  /** Seconds since the heartbeat was touched; undefined if there is none. */
  readonly heartbeat_age_seconds: number | undefined;
}

/** What a user sees. `lost`: the process is gone and never said how it ended; `unknown`: it cannot be asked. */
export type Status = EventStatus | 'lost' | 'unknown';

/** Thirty missed beats: enough for a slow network file system, short enough to be noticed. */
export const SILENCE_SECONDS = 60;

/** Joins what the events tell with whether the process still lives. */
export function liveStatus(state: RunState, liveness: Liveness): Status {
  if (state.final !== undefined) return state.status;
  switch (liveness.process) {
    case 'alive':
      return state.status;
    case 'gone':
      return 'lost';
    case 'elsewhere':
      return (liveness.heartbeat_age_seconds ?? Infinity) < SILENCE_SECONDS ? state.status : 'unknown';
    case 'none':
      // Before the first hello the engine is still on its way. After it, somebody removed the process file.
      return state.attempt === 0 ? state.status : 'lost';
  }
}

/** Whether a new attempt may be started in the folder. `finished` is final; `unknown` may still be running. */
export function isResumable(status: Status): boolean {
  return status === 'stopped' || status === 'failed' || status === 'lost';
}
