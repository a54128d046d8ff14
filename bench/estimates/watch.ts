import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line of events.jsonl. */
export type Event = Readonly<Record<string, unknown>>;

/** What an engine's process took, watched from outside. Bytes. */
export interface Watched {
  /** Most memory resident at one time (VmHWM, proc(5)). */
  readonly peak: number;
  /** The same by what the engine had last told when it was read: what each phase needed. */
  readonly peaks: Readonly<Record<string, number>>;
  /** Processor seconds that it had used when a step of the run proper was first seen to be done, by step. */
  readonly used: ReadonlyMap<number, number>;
}

const EVERY_MS = 25;

/** Watches the engine of the one run that appears under a `.holdfast` folder, until it is told to stop. */
export function watchEngine(root: string): { readonly stop: () => Watched } {
  const peaks: Record<string, number> = {};
  const used = new Map<number, number>();
  let peak = 0;
  const look = (): void => {
    const run = onlyRun(root);
    const process = run === undefined ? undefined : readJson(join(run, 'process.json'));
    const pid = typeof process?.pid === 'number' ? process.pid : undefined;
    const now = pid === undefined ? undefined : highestResident(pid);
    if (run === undefined || pid === undefined || now === undefined) return;
    const events = eventsOf(run);
    peak = Math.max(peak, now);
    peaks[phaseOf(events)] = peak;
    const step = events.filter(({ type, phase }) => type === 'stepped' && phase === 'main').length;
    if (!used.has(step)) used.set(step, usedSeconds(pid));
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return { peak, peaks, used };
    },
  };
}

/** The folder of the one run there. */
export function onlyRun(root: string): string | undefined {
  try {
    const [name] = readdirSync(join(root, 'runs'));
    return name === undefined ? undefined : join(root, 'runs', name);
  } catch {
    return undefined;
  }
}

/** The events that a run has told so far; a torn last line is left out. */
export function eventsOf(run: string): readonly Event[] {
  try {
    const lines = readFileSync(join(run, 'events.jsonl'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Event);
  } catch {
    return [];
  }
}

function phaseOf(events: readonly Event[]): string {
  const last = events.at(-1);
  if (last === undefined) return 'starting';
  return String(last.type === 'progressed' ? last.phase : last.type);
}

function highestResident(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : 1_024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

const TICKS_PER_SECOND = 100;

/** Of all its threads (proc(5): utime and stime, after the name in brackets); NaN when it is gone. */
function usedSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}

function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
