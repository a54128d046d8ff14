import { join } from 'node:path';

/** Where everything of a run lies (DESIGN 2). The one place that knows the names. */
export interface RunPaths {
  readonly folder: string;
  readonly runFile: string;
  readonly notes: string;
  readonly processFile: string;
  readonly heartbeat: string;
  readonly engineLock: string;
  readonly events: string;
  readonly commands: string;
  readonly log: string;
  readonly probes: string;
  readonly checkpoints: string;
  /** The frozen teacher of a distilled run and what it says; gone when the run is finished. */
  readonly teacher: string;
}

export function runPaths(folder: string): RunPaths {
  return {
    folder,
    runFile: join(folder, 'run.json'),
    notes: join(folder, 'notes.json'),
    processFile: join(folder, 'process.json'),
    heartbeat: join(folder, 'heartbeat'),
    engineLock: join(folder, 'engine.lock'),
    events: join(folder, 'events.jsonl'),
    commands: join(folder, 'commands'),
    log: join(folder, 'engine.log'),
    probes: join(folder, 'probes'),
    checkpoints: join(folder, 'checkpoints'),
    teacher: join(folder, 'teacher'),
  };
}

/** Folder name of the checkpoint of `step`: sorts like the step. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}
