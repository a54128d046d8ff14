import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import { errorCode } from '../folder/errorCode.ts';
import { engineEnvironment } from './environment.ts';

export interface BareProgram {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Exit code; or why there is none, as what follows its name: "was ended by SIGKILL". Never rejects. */
  readonly end: Promise<number | string>;
  /** Ends it, with all that it started. */
  readonly kill: () => void;
}

/** Starts a program that may be anything: without input, where engines start, in no folder of the user's. */
export function startBare(
  command: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv> | undefined,
): BareProgram {
  const isWindows = process.platform === 'win32';
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: engineEnvironment(process.env, env),
    cwd: isWindows ? homedir() : '/',
    // A group of its own, to be ended as a whole: a wrapper's child would hold the pipes open.
    detached: !isWindows,
    windowsHide: true,
  });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    end: new Promise((resolve) => {
      child.on('error', (error) => resolve(startProblem(error)));
      child.on('close', (code, signal) => resolve(code ?? `was ended by ${signal ?? 'a signal'}`));
    }),
    kill: () => {
      endGroup(child.pid);
      child.kill('SIGKILL');
    },
  };
}

function startProblem(error: Error): string {
  return errorCode(error) === 'ENOENT' ? 'is not there' : `could not be started (${error.message})`;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended by itself in this very moment.
  }
}
