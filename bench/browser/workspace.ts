import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { currentIdentity } from '../../src/folder/identity.ts';
import { runPaths } from '../../src/folder/layout.ts';
import { startServer, type Server } from '../../test/editor/harness/server.ts';
import { until } from '../../test/editor/harness/wait.ts';
import type { Window } from '../../test/editor/harness/window.ts';
import { vsix } from '../report.ts';

const BEAT_MS = 2_000;

/** A project folder with a `.holdfast`, removed after the test. */
export function makeWorkspace(): { readonly workspace: string; readonly root: string } {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const workspace = join(scratch, 'project');
  const root = join(workspace, '.holdfast');
  mkdirSync(join(root, 'runs'), { recursive: true });
  return { workspace, root };
}

/** Makes this process the engine of a run, as far as files can tell, until the test is over. */
export function beat(folder: string): void {
  const identity = { ...currentIdentity(), protocol: '1.0', token: 'bench', attempt: 1 };
  const { processFile, heartbeat } = runPaths(folder);
  writeFileSync(processFile, JSON.stringify({ ...identity, engine: 'tfjs', engine_version: '0.1.0' }));
  const touch = (): void => writeFileSync(heartbeat, '');
  touch();
  const timer = setInterval(touch, BEAT_MS);
  onTestFinished(() => clearInterval(timer));
}

/** VS Code with the packaged extension. */
export function startWithOurs(workspace: string): Promise<Server> {
  return startServer({ workspace, extensions: [vsix()] });
}

/**
 * Asks for a run's panel, again and again while the run is not known yet; the time at which it was first asked for, of the
 * clock that pages have too.
 */
export async function openRun(window: Window, folder: string): Promise<number> {
  return window.ask<number>(
    `const began = Date.now();
const isOpen = () => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputWebview));
while (!isOpen()) {
  // Not waited for: it resolves when somebody has answered its message that there is no such run.
  void vscode.commands.executeCommand('holdfast.openRun', { kind: 'run', folder: ${JSON.stringify(folder)} });
  for (let look = 0; look < 10 && !isOpen(); look++) await new Promise((resolve) => setTimeout(resolve, 10));
}
return began;`,
  );
}

/** Waits until the feed knows the run: its row is in the explorer. */
export async function waitForRow(window: Window, text: RegExp): Promise<void> {
  await window.revealView();
  await until(`a run ${text.source}`, async () =>
    (await window.treeItems()).some((row) => text.test(row)) ? true : undefined,
  );
}
