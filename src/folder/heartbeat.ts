import { statSync } from 'node:fs';

/** A heartbeat (touched every 2 s) silent for longer belongs to an engine that is no longer there. */
export const SILENT_AFTER_SECONDS = 60;

/**
 * Seconds since the file at `path` was last touched, never negative; undefined where there is none.
 * On a shared disk this compares two hosts' clocks, which must agree to well within SILENT_AFTER_SECONDS.
 */
export function ageSeconds(path: string): number | undefined {
  try {
    return Math.max(0, (Date.now() - statSync(path).mtimeMs) / 1_000);
  } catch {
    return undefined;
  }
}
