import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { engineEnvironment } from './environment.ts';

/** A program that runs JavaScript files, and what its environment must hold for that. */
export interface NodeCommand {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What this process runs on. */
export interface Runtime {
  readonly execPath: string;
  readonly versions: { readonly node: string; readonly electron?: string };
  /** The PATH variable. */
  readonly path: string;
}

export const MIN_NODE_MAJOR = 20;

/**
 * The Node that runs the TypeScript engine (DESIGN 8): the user's setting, else this process's own if it is plain Node, else
 * the first good one on PATH, else the editor's Electron acting as Node. Each is tried before it is chosen, save the one
 * that runs already. Rejects with one sentence where the setting is wrong or nothing is found.
 */
export async function nodeForEngine(
  setting?: string,
  runtime: Runtime = thisRuntime(),
): Promise<NodeCommand> {
  if (setting !== undefined && setting !== '') return chosenNode(setting);
  const { execPath, versions } = runtime;
  if (versions.electron === undefined && isNewEnough(versions.node)) return { command: execPath, env: {} };
  for (const command of nodesOnPath(runtime.path)) {
    if (isNewEnough(await versionOf({ command, env: {} }))) return { command, env: {} };
  }
  // Only Electron heeds the variable; anything else would run as what it is.
  const editor = { command: execPath, env: { ELECTRON_RUN_AS_NODE: '1' } };
  if (versions.electron !== undefined && isNewEnough(await versionOf(editor))) return editor;
  throw new Error(
    `No Node.js ${MIN_NODE_MAJOR} or newer was found on PATH; install it, or name one in the settings.`,
  );
}

async function chosenNode(command: string): Promise<NodeCommand> {
  const version = await versionOf({ command, env: {} });
  if (isNewEnough(version)) return { command, env: {} };
  const what = version === undefined ? 'does not run as Node.js' : `is Node.js ${version}`;
  throw new Error(
    `The Node.js chosen in the settings, ${command}, ${what}; choose version ${MIN_NODE_MAJOR} or newer.`,
  );
}

/** What a program says its Node version is; undefined where it is not Node or does not run. */
async function versionOf({ command, env }: NodeCommand): Promise<string | undefined> {
  try {
    const options = { env: engineEnvironment(process.env, env), timeout: 20_000, windowsHide: true };
    const { stdout } = await promisify(execFile)(command, ['-p', 'process.versions.node'], options);
    return /^\d+\.\d+\.\d+\S*$/.exec(stdout.trim())?.[0];
  } catch {
    return undefined;
  }
}

/** Absolute entries only: `.` on PATH would run whatever the opened project ships as `node`. */
function nodesOnPath(path: string): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = path.split(delimiter).filter(isAbsolute);
  return candidates.map((folder) => join(folder, name)).filter((file) => existsSync(file));
}

function isNewEnough(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= MIN_NODE_MAJOR;
}

function thisRuntime(): Runtime {
  return { execPath: process.execPath, versions: process.versions, path: process.env.PATH ?? '' };
}
