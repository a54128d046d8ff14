import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, type TestContext } from 'vitest';
import { ensureEditor } from '../../scripts/editor.mjs';
import { runPaths } from '../../src/folder/layout.ts';
import { readProcessFile } from '../../src/launch/runReader.ts';
import { decodeEventLine } from '../../src/protocol/decode.ts';
import type { Event } from '../../src/protocol/events.ts';
import { startServer, type Server, type ServerOptions } from './harness/server.ts';
import type { Window } from './harness/window.ts';
import { until } from './harness/wait.ts';
import type { LabProject } from './labProject.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
/** What `npm run package` makes. */
export const VSIX = join(ROOT, 'dist', 'package', `holdfast-${version}.vsix`);
export const CLI = join(ROOT, 'dist', 'cli.js');

/** Skips a test, with the reason, where no VS Code can be had. */
export async function needEditor({ skip }: TestContext): Promise<void> {
  const { missing } = await ensureEditor();
  skip(missing !== undefined, missing);
}

/** VS Code with the packaged extension on a project of the lab. */
export function serve(project: LabProject, options: Partial<ServerOptions> = {}): Promise<Server> {
  return startServer({
    workspace: project.folder,
    extensions: [VSIX],
    ...options,
    env: { ...environmentOf(project), ...options.env },
  });
}

/** One run at a time, so that a second one waits, on machines of any size. */
export function environmentOf({ home }: LabProject): Record<string, string> {
  return { HOLDFAST_HOME: home, HOLDFAST_CPU_RUNS: '1' };
}

/** A window in which the extension is active. */
export async function openActive(server: Server): Promise<Window> {
  const window = await server.open();
  await until('Holdfast to be active', async () => {
    const isActive = await window.ask<boolean>(
      `return vscode.extensions.getExtension('holdfast.holdfast')?.isActive === true`,
    );
    return isActive ? true : undefined;
  });
  return window;
}

/** The command line, as in a terminal of the project. */
export async function holdfast(project: LabProject, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...environmentOf(project), NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], {
    cwd: project.folder,
    env,
  });
  return stdout;
}

/** Folders of the project's runs, oldest first. */
export function runsOf({ folder }: Pick<LabProject, 'folder'>): string[] {
  const runs = join(folder, '.holdfast', 'runs');
  try {
    return readdirSync(runs)
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((name) => join(runs, name));
  } catch {
    return [];
  }
}

/** The newest run, once there is one. */
export function newestRun(project: Pick<LabProject, 'folder'>, count = 1): Promise<string> {
  return until(`run ${count} of the project`, () =>
    runsOf(project).length >= count ? runsOf(project).at(-1) : undefined,
  );
}

export function eventsOf(run: string): Event[] {
  try {
    return readFileSync(runPaths(run).events, 'utf8')
      .split('\n')
      .map(decodeEventLine)
      .flatMap((line) => (line.kind === 'event' ? [line.event] : []));
  } catch {
    return [];
  }
}

/** Waits until a run has said something of this kind. */
export function saying(run: string, type: Event['type'], count = 1): Promise<Event> {
  return until(
    `${count} ${type} of ${run}`,
    () => eventsOf(run).filter((event) => event.type === type)[count - 1],
  );
}

export function engineOf(run: string): number {
  const file = readProcessFile(run);
  if (file === undefined || 'problem' in file) throw new Error(`no engine in ${run}`);
  return file.value.pid;
}

/** Waits until the open panel says so of its run. */
export async function panelSays(window: Window, status: string): Promise<void> {
  await window.panel().locator(`.status[data-status="${status}"]`).waitFor();
}

/** The curves that the panel has, as a screen reader is told of them: the run from its start to this step or a later one. */
export async function panelHolds(window: Window, step: number): Promise<void> {
  const summary = window.panel().locator('#chart-loss .unseen');
  const lastStep = async (): Promise<number> =>
    Number(/step 0 to step (\d+):/.exec((await summary.textContent()) ?? '')?.[1]);
  await expect.poll(lastStep).toBeGreaterThanOrEqual(step);
}
