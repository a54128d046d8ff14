import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { errorCode } from '../folder/errorCode.ts';
import { engineEnvironment } from './environment.ts';

/** How a short program ended. */
export interface LimitedRun {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; or why there is none, as what follows its name: "did not answer within 60 s". */
  readonly end: number | string;
}

export interface Limits {
  readonly seconds: number;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

const MAX_OUTPUT = 1_000_000;

/**
 * Runs a program that may be anything: it gets no input, so much time and no more, and what it started ends with it. Never rejects.
 * It starts where engines do, in no folder of the user's.
 */
export async function limitedRun(
  command: string,
  args: readonly string[],
  { seconds, env }: Limits,
): Promise<LimitedRun> {
  return new Promise((resolve) => {
    const isWindows = process.platform === 'win32';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: engineEnvironment(process.env, env),
      cwd: isWindows ? homedir() : '/',
      // A group of its own, to be ended as a whole: a wrapper's child would hold the pipes open.
      detached: !isWindows,
      windowsHide: true,
    });
    let [stdout, stderr] = ['', ''];
    const endWith = (end: number | string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ stdout, stderr, end });
    };
    const timer = setTimeout(() => {
      endGroup(child.pid);
      child.kill('SIGKILL');
      endWith(`did not answer within ${seconds} s`);
    }, seconds * 1_000);
    child.stdout.on('data', (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(-MAX_OUTPUT)));
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-MAX_OUTPUT)));
    child.on('error', (error) => endWith(startProblem(error)));
    child.on('close', (code, signal) => endWith(code ?? `was ended by ${signal ?? 'a signal'}`));
  });
}

/** Why a program could not be started, as what follows its name. */
export function startProblem(error: Error): string {
  return errorCode(error) === 'ENOENT' ? 'is not there' : `could not be started (${error.message})`;
}

/** Ends a process that leads a group of its own, and the group; nothing where it is gone. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended by itself in this very moment.
  }
}
