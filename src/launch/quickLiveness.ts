import { hostname } from 'node:os';
import { ageSeconds } from '../folder/heartbeat.ts';
import { runPaths } from '../folder/layout.ts';
import { errorCode } from '../folder/errorCode.ts';
import { livenessOfRun, readProcessFile, type RunLiveness } from './runReader.ts';

/** An engine touches its heartbeat every 2 s; so long after the last touch it is worth a closer look. */
const FRESH_SECONDS = 10;

/**
 * As livenessOfRun, for whoever asks every second: while the heartbeat is fresh and the pid is in use here, that is the engine.
 * Looking up when a process was started takes a second on some systems, and an editor's windows share this thread. Good enough
 * to show, not to signal anybody.
 */
export function quickLiveness(folder: string): RunLiveness {
  const { heartbeat, runFile } = runPaths(folder);
  const age = ageSeconds(heartbeat);
  if (age === undefined || age > FRESH_SECONDS) return livenessOfRun(folder);
  const engine = readProcessFile(folder);
  if (engine === undefined || 'problem' in engine || engine.value.hostname !== hostname())
    return livenessOfRun(folder);
  if (!isInUse(engine.value.pid)) return livenessOfRun(folder);
  return { process: 'alive', heartbeat_age_seconds: age, run_age_seconds: ageSeconds(runFile) };
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
