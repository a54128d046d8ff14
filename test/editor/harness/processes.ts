import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { comesTrue } from './wait.ts';

/** Processes are found by what /proc says of them and ended by their number, never by a name. */

interface Process {
  readonly pid: number;
  /** One letter; Z has ended and only waits for its parent to look. */
  readonly state: string;
  readonly session: number;
}

export function isAlive(pid: number): boolean {
  const found = readProcess(pid);
  return found !== undefined && found.state !== 'Z';
}

/** Living processes of the session that `leader` began, itself included while it lives. */
export function sessionOf(leader: number): readonly number[] {
  return living()
    .filter((process) => process.session === leader)
    .map((process) => process.pid);
}

/** Living processes with this variable in the environment they were started with, whatever session they are in. */
export function startedWith(name: string, value: string): readonly number[] {
  const wanted = `${name}=${value}`;
  return living()
    .map((process) => process.pid)
    .filter((pid) => pid !== process.pid && readEnvironment(pid).includes(wanted));
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone in the meantime, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export async function areGone(find: () => readonly number[], patience?: number): Promise<boolean> {
  return comesTrue(() => find().length === 0, patience);
}

/**
 * Ends the session that `leader` began, and whatever was started with the variable, when this process ends in any way,
 * even by SIGKILL: only another process sees that, by the end of its input. The function returned calls it off.
 */
export function watchOver(leader: number, name: string, value: string): () => void {
  const script = `read -r line && exit
kill -s KILL -- "-$1"
for process in /proc/[0-9]*; do
  grep -qzxF "$2" "$process/environ" && kill -s KILL "\${process#/proc/}"
done`;
  const guard = spawn('sh', ['-c', script, 'sh', String(leader), `${name}=${value}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return () => guard.stdin.end('done\n');
}

function living(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== undefined)
    .filter((found) => found.state !== 'Z');
}

function readProcess(pid: number): Process | undefined {
  const stat = readProc(pid, 'stat');
  // The name stands in brackets and may hold anything, brackets and blanks too: count from the last one.
  const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || session === undefined) return undefined;
  return { pid, state, session: Number(session) };
}

function readEnvironment(pid: number): readonly string[] {
  return readProc(pid, 'environ').split('\0');
}

/** Empty when the process is gone or someone else's. */
function readProc(pid: number, file: 'stat' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
