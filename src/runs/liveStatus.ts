import type { EventStatus, RunState } from './runState.ts';

/** What is known of the process that works on a run. */
export interface Liveness {
  /** `elsewhere`: another host or container, so that its pid says nothing here; `none`: no process has claimed the folder. */
  readonly process: 'alive' | 'gone' | 'elsewhere' | 'none';
  /** Seconds since the heartbeat was touched; undefined if there is none. */
  readonly heartbeat_age_seconds: number | undefined;
  /** Seconds since the run was asked for; undefined if that is not known. */
  readonly run_age_seconds?: number | undefined;
}

/** What a user sees. `lost`: the process is gone, or never came, and did not say how it ended; `unknown`: it cannot be asked. */
export type Status = EventStatus | 'lost' | 'unknown';

/** Thirty missed beats: enough for a slow network file system, short enough to be noticed. */
export const SILENCE_SECONDS = 60;
/** Whoever starts an engine gives up after two minutes; a run that nobody has begun by now was left lying. */
export const START_SECONDS = 180;

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
      // Before the first hello the engine may still be on its way. After it, somebody removed the process file.
      return state.attempt === 0 && (liveness.run_age_seconds ?? 0) < START_SECONDS ? state.status : 'lost';
  }
}

/** Whether a new attempt may be started in the folder. `finished` is final; `unknown` may still be running. */
export function isResumable(status: Status): boolean {
  return status === 'stopped' || status === 'failed' || status === 'lost';
}
