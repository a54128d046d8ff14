import type { RunFile } from '../../../protocol/runFiles.ts';
import type { RunPaths } from '../../../folder/layout.ts';
import type { Phase } from '../../../protocol/events.ts';
import type { Ops } from '../model/ops.ts';
import type { CommandBox } from './commandBox.ts';
import type { Warning } from './dataFiles.ts';
import type { EventLog } from './eventLog.ts';

/** What one attempt works with. */
export interface RunContext {
  readonly paths: RunPaths;
  readonly run: RunFile;
  readonly log: EventLog;
  readonly commands: CommandBox;
  readonly ops: Ops;
  /** Set by a signal: stop politely. */
  readonly interrupted: () => boolean;
}

/** Says how far a phase is; at most ten times a second, and always its end. */
export function createProgress(log: EventLog, phase: Phase): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < 100) return;
    last = now;
    log.write({ type: 'progressed', phase, done, total });
  };
}

export function warn(log: EventLog, warnings: readonly Warning[]): void {
  for (const { code, message } of warnings) log.write({ type: 'warned', code, message });
}
