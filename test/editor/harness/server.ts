import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { afterAll } from 'vitest';
import { type Editor, ensureEditor } from '../../../scripts/editor.mjs';
import { newProfile } from './browser.ts';
import { type Hosts, hostsIn, installProbe, PROBE_FOLDER } from './hosts.ts';
import { areGone, isAlive, kill, sessionOf, startedWith, watchOver } from './processes.ts';
import { until } from './wait.ts';
import { leave, openWindow, type Window } from './window.ts';

export interface ServerOptions {
  /** Folder every window shows; without one, windows are empty. */
  readonly workspace?: string;
  /** Paths of .vsix files. */
  readonly extensions: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default true: nobody is asked whether the folder is to be trusted, and it is. */
  readonly trusted?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** User data, extensions and log of an earlier server; without one, a new folder that goes when the tests end. */
  readonly scratch?: string;
}

/** A VS Code server of its own, and the windows opened on it. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  readonly scratch: string;
  readonly workspace: string | undefined;
  /** A new window; resolves when its extensions can be used. */
  readonly open: () => Promise<Window>;
  /** Runs the body of an async function, with `vscode` and `require`, in the newest window's extension host. */
  readonly ask: <T>(body: string) => Promise<T>;
  /** SIGKILL to everything the server is made of, and nobody is told; done when it is gone. */
  readonly crash: () => Promise<void>;
  /** Closes the windows, then SIGTERM; done when the server is gone. */
  readonly stop: () => Promise<void>;
  /** The same user data, address and browser profile again; stops the server first where it still runs. */
  readonly restart: () => Promise<Server>;
  /**
   * Processes begun from this server that have a session of their own and so outlive it, such as training runs. For a
   * moment a shell is among them, which VS Code starts to learn the environment of a terminal.
   */
  readonly detached: () => readonly number[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** What stays the same over restarts. */
interface Place {
  readonly options: ServerOptions;
  readonly editor: Editor;
  readonly scratch: string;
  readonly profile: BrowserContext;
  readonly hosts: Hosts;
}

/** A first window that shows nothing of its own accord; measured together, not one by one. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  // How a window is made to store what is open, see `leave`; the question itself is answered by the harness.
  'window.confirmBeforeClose': 'always',
};
/** Of an editor or a test runner that this process itself may run in: they would change what VS Code does. */
const OURS = /^(VSCODE_|CODE_SERVER_|VITEST|npm_|(PORT|PASSWORD|HASHED_PASSWORD|NODE_ENV|NODE_OPTIONS)$)/;
/** After this long without its window an extension host ends; the shipped value is three hours. */
const GRACE_S = 5;
const LEAVING_MS = 20_000;
const LEFTOVERS_MS = 3000;

const scratches: string[] = [];
const running = new Set<number>();

// For tests that failed half-way: nothing that was started here stays.
afterAll(async () => {
  for (const pid of running) await killAll(pid);
  for (const scratch of scratches.splice(0)) {
    for (const pid of startedWith(PROBE_FOLDER, probeFolder(scratch))) kill(pid, 'SIGKILL');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** Rejects with the sentence of `ensureEditor` where VS Code cannot be had: tests ask it first and skip. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const editor = await ensureEditor();
  if (editor.missing !== undefined) throw new Error(editor.missing);
  const scratch = options.scratch ?? mkdtempSync(join(tmpdir(), 'holdfast-vs-'));
  if (options.scratch === undefined) scratches.push(scratch);
  const place = {
    options,
    editor,
    scratch,
    profile: await newProfile(editor.chromium),
    hosts: hostsIn(probeFolder(scratch)),
  };
  writeSettings(place);
  installProbe(join(scratch, 'extensions'));
  await installExtensions(place);
  return serve(place, 0);
}

function writeSettings({ options, scratch }: Place): void {
  const user = join(scratch, 'data', 'User');
  mkdirSync(user, { recursive: true });
  if (options.scratch !== undefined && options.settings === undefined) return;
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...QUIET, ...options.settings }, undefined, 2));
}

async function installExtensions({ options, editor, scratch }: Place): Promise<void> {
  if (options.extensions.length === 0) return;
  const each = options.extensions.flatMap((path) => ['--install-extension', path]);
  const args = [editor.codeServer, ...foldersOf(scratch), '--force', ...each];
  await promisify(execFile)(editor.node, args, { env: environment(options, scratch) });
}

function foldersOf(scratch: string): string[] {
  return ['--user-data-dir', join(scratch, 'data'), '--extensions-dir', join(scratch, 'extensions')];
}

function environment(options: ServerOptions, scratch: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return {
    ...Object.fromEntries(inherited),
    // It writes its settings there, even when asked for its help only.
    XDG_CONFIG_HOME: join(scratch, 'config'),
    XDG_DATA_HOME: join(scratch, 'share'),
    ...options.env,
    [PROBE_FOLDER]: probeFolder(scratch),
  };
}

function probeFolder(scratch: string): string {
  return join(scratch, 'probe');
}

/** Port 0 is any free one. */
async function serve(place: Place, port: number): Promise<Server> {
  const { options, scratch, hosts } = place;
  const log = join(scratch, 'server.log');
  const child = spawnServer(place, port, log);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`VS Code could not be started: ${place.editor.node} does not run`);
  running.add(pid);
  const release = watchOver(pid, PROBE_FOLDER, probeFolder(scratch));
  const url = await until('VS Code to listen', () => addressIn(log, child));
  const windows: Window[] = [];
  const gone = async (): Promise<void> => {
    await killAll(pid);
    release();
    windows.length = 0;
  };
  const stop = async (): Promise<void> => {
    if (!running.has(pid)) return;
    for (const window of windows.splice(0)) if (!window.page.isClosed()) await window.close();
    kill(pid, 'SIGTERM');
    await areGone(() => [pid].filter(isAlive), LEAVING_MS);
    // Its helpers follow by themselves; a terminal's may stay.
    await areGone(() => sessionOf(pid), LEFTOVERS_MS);
    await gone();
  };
  return {
    url,
    pid,
    scratch,
    workspace: options.workspace,
    open: async () => {
      const shows =
        options.workspace === undefined ? 'ew=true' : `folder=${encodeURIComponent(options.workspace)}`;
      const window = await openWindow(place.profile, `${url}?${shows}`, hosts);
      windows.push(window);
      return window;
    },
    ask: <T>(body: string) => {
      const newest = windows.findLast((window) => !window.page.isClosed());
      if (newest === undefined) return Promise.reject(new Error('no window is open to be asked'));
      return newest.ask<T>(body);
    },
    crash: async () => {
      if (!running.has(pid)) return;
      const pages = windows.map((window) => window.page);
      kill(-pid, 'SIGKILL');
      await gone();
      await Promise.all(pages.map(leave));
    },
    stop,
    restart: async () => {
      await stop();
      return serve(place, Number(new URL(url).port));
    },
    detached: () =>
      startedWith(PROBE_FOLDER, probeFolder(scratch)).filter((other) => !sessionOf(pid).includes(other)),
    [Symbol.asyncDispose]: stop,
  };
}

function spawnServer({ options, editor, scratch }: Place, port: number, log: string): ChildProcess {
  const trust = options.trusted === false ? [] : ['--disable-workspace-trust'];
  const args = [editor.codeServer, ...foldersOf(scratch), ...trust];
  args.push(
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--reconnection-grace-time',
    String(GRACE_S),
  );
  args.push('--disable-telemetry', '--disable-update-check');
  const output = openSync(log, 'w');
  // A session and a process group of its own, so that all of it can be found, and ended, by its number.
  const child = spawn(editor.node, args, {
    cwd: scratch,
    env: environment(options, scratch),
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.on('error', () => undefined);
  return child;
}

function addressIn(log: string, child: ChildProcess): string | undefined {
  const said = readFileSync(log, 'utf8');
  if (child.exitCode !== null) throw new Error(`VS Code ended with ${child.exitCode}: ${said.slice(-2000)}`);
  return /HTTP server listening on (http:\S+)/.exec(said)?.[1];
}

/** Everything in the session that `pid` began, at once. */
async function killAll(pid: number): Promise<void> {
  for (const member of sessionOf(pid)) kill(member, 'SIGKILL');
  if (!(await areGone(() => sessionOf(pid))))
    throw new Error(`processes of VS Code's session ${pid} do not end`);
  running.delete(pid);
}
