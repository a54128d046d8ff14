import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { identityOf } from '../folder/identity.ts';
import { runPaths } from '../folder/layout.ts';
import type { ProcessFile } from '../protocol/runFiles.ts';
import { engineEnvironment } from './environment.ts';
import { fileProblem } from './fileProblem.ts';
import { folderProblem } from './folderProblem.ts';
import { killTree } from './killTree.ts';
import { lastFailure, lastLines } from './lastWords.ts';
import { readProcessFile } from './runReader.ts';
import { waitUntil } from './waiting.ts';

/** How an engine is called; the run folder and the token are appended to `args`. */
export interface EngineProgram {
  readonly command: string;
  readonly args: readonly string[];
}

export interface StartOptions {
  /** The run folder. */
  readonly folder: string;
  readonly engine: EngineProgram;
  /** Put over this process's environment (what an editor left there is taken out). */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** How long the engine may take to write process.json; importing its libraries from a network disk may take a minute. */
  readonly timeoutSeconds?: number;
}

/** An engine at work. Nothing ties it to this process any more. */
export interface StartedEngine {
  /** What it says of itself; its pid differs from the started one where a wrapper stands between (venv, uv). */
  readonly process: ProcessFile;
}

/**
 * Starts an engine on a run folder as a program of its own, which goes on when this process ends. Resolves when it has
 * written process.json. Rejects with one sentence: the engine's own where it left one (a `failed` event, or the last line
 * that it printed before exit code 2), else what became of it and, on further lines, the end of what it printed.
 */
export async function startEngine(options: StartOptions): Promise<StartedEngine> {
  const folder = realFolder(options.folder);
  const problem = folderProblem(folder);
  if (problem !== undefined) throw new Error(problem);
  const token = randomUUID();
  const since = Date.now();
  const log = openLog(runPaths(folder).log);
  try {
    const child = spawnDetached(options, folder, token, log.handle);
    return await waitForStart(child, { folder, token, since, logStart: log.size, options });
  } finally {
    closeSync(log.handle);
  }
}

const DEFAULT_TIMEOUT_SECONDS = 120;
/** The exit code of an engine that will not begin; it has no event to say so in, because the folder may not be its own. */
const REFUSED = 2;

interface Start {
  readonly folder: string;
  readonly token: string;
  readonly since: number;
  readonly logStart: number;
  readonly options: StartOptions;
}

async function waitForStart(child: ChildProcess, start: Start): Promise<StartedEngine> {
  const ending = followEnding(child);
  const findStarted = (): ProcessFile | undefined => {
    const file = readProcessFile(start.folder);
    return file !== undefined && 'value' in file && file.value.token === start.token ? file.value : undefined;
  };
  const seconds = start.options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const settled = await waitUntil(() => ending() !== undefined || findStarted() !== undefined, seconds);
  // It may have started, said why it cannot work, and ended between two looks: then its events tell the rest.
  const process = findStarted();
  if (process !== undefined) return { process };
  const ended = ending() ?? `was not ready within ${seconds} s and was ended`;
  if (!settled) await endAbandoned(child);
  throw new Error(explain(start, ended, child.exitCode));
}

/** Says how the child ended, undefined while it lives. Does not keep this process alive for it. */
function followEnding(child: ChildProcess): () => string | undefined {
  let ending: string | undefined;
  child.once('error', (error) => (ending = `could not be started (${error.message})`));
  child.once('exit', (code, signal) => {
    ending =
      code === null
        ? `was ended by ${signal ?? 'a signal'} before it was ready`
        : `ended with exit code ${code} before it was ready`;
  });
  child.unref();
  return () => ending;
}

function explain(start: Start, ending: string, exitCode: number | null): string {
  const paths = runPaths(start.folder);
  const said = lastFailure(paths.events, start.since);
  if (said !== undefined) return said;
  const { command } = start.options.engine;
  const printed = lastLines(paths.log, start.logStart);
  const lastLine = printed.split('\n').at(-1) ?? '';
  if (exitCode === REFUSED && lastLine.endsWith('.')) return lastLine;
  if (printed === '') return `The engine ${command} ${ending}; check that this program can run here.`;
  return `The engine ${command} ${ending}; ${paths.log} ends:\n${printed}`;
}

/** Our own child, so no proof is needed; a half-started engine must not come to life after it was reported as failed. */
async function endAbandoned(child: ChildProcess): Promise<void> {
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (identity !== undefined) await killTree(identity);
}

function spawnDetached(
  { engine, env }: StartOptions,
  folder: string,
  token: string,
  log: number,
): ChildProcess {
  return spawn(engine.command, [...engine.args, folder, '--token', token], {
    // A session and process group of its own: closing the terminal or the editor does not reach it.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: engineEnvironment(process.env, env),
    // Never the run folder: Python looks for modules where it is started, and run folders are other people's.
    cwd: process.platform === 'win32' ? homedir() : '/',
  });
}

function openLog(path: string): { handle: number; size: number } {
  try {
    const handle = openSync(path, 'a');
    return { handle, size: fstatSync(handle).size };
  } catch (error) {
    throw fileProblem('write', path, error);
  }
}

/** Stop compares command lines, so the folder must be spelled one way whoever starts the engine. */
function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    throw fileProblem('open the run folder', folder, error);
  }
}
