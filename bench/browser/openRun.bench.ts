import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { until } from '../../test/editor/harness/wait.ts';
import type { Window } from '../../test/editor/harness/window.ts';
import { waits } from '../figure.ts';
import { report } from '../report.ts';
import { writeRun } from '../syntheticRun.ts';
import { noteDrawnCharts } from './charts.ts';
import { makeWorkspace, openRun, startWithOurs, waitForRow } from './workspace.ts';

const STEPS = 100_000;
const OPENINGS = 9;
const COLD = 3;
const PAUSE_MS = 500;
const RECORDED = fileURLToPath(new URL('../../test/fixtures/runs/sft', import.meta.url));
const EXTENSION = "vscode.extensions.getExtension('holdfast.holdfast')";

it('opens a long run', async () => {
  const { workspace, root } = makeWorkspace();
  const { folder } = writeRun({ recorded: RECORDED, root, id: '20260101-000000-facts-aaaa', steps: STEPS });
  await using server = await startWithOurs(workspace);
  const cold: number[] = [];
  for (let round = 0; round < COLD; round++) {
    const window = await server.open();
    await window.page.addInitScript(noteDrawnCharts);
    await until('the extension', () =>
      window.ask<true | null>(`return ${EXTENSION}.isActive || null`).then((is) => is ?? undefined),
    );
    cold.push(await opened(window, folder));
    await closePanel(window);
    await window.close();
  }
  const window = await server.open();
  await window.page.addInitScript(noteDrawnCharts);
  await waitForRow(window, /facts/);
  await sleep(3_000);
  // The first starts the machinery of webviews in this window.
  const warm: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < OPENINGS; round++) {
    warm.push(await opened(window, folder));
    await closePanel(window);
    await sleep(PAUSE_MS);
    empty.push(await timed(window, await openEmpty(window)));
    await closePanel(window);
    await sleep(PAUSE_MS);
  }
  const [first = NaN, ...later] = warm;
  report(
    waits('caught up: from the command to all charts in sight', later, 0, '< 500 ms'),
    waits('an empty webview in its place, VS Code’s own share', empty.slice(1), 0),
    waits('caught up, first panel of the window', [first], 0),
    waits('window just opened, run not read yet', cold, 0),
  );
});

/** Milliseconds from the command to the last of the charts in sight. */
async function opened(window: Window, folder: string): Promise<number> {
  return timed(window, await openRun(window, folder));
}

async function timed(window: Window, began: number): Promise<number> {
  return (await until('the charts to be drawn', () => drawnAt(window))) - began;
}

/** A webview that has nothing but what counts as a chart that is drawn. */
function openEmpty(window: Window): Promise<number> {
  const html =
    '<div id="panel"><figure class="chart"><p class="legend"><button>a</button></p></figure></div>';
  return window.ask<number>(
    `const began = Date.now();
const panel = vscode.window.createWebviewPanel('empty', 'Empty', vscode.ViewColumn.Active, { enableScripts: true });
panel.webview.html = ${JSON.stringify(html)};
return began;`,
  );
}

/** Of whichever frame it is that looks into the panel; frames of panels that were closed go. */
async function drawnAt({ page }: Window): Promise<number | undefined> {
  const times = page.frames().map((frame) => frame.evaluate(readTime).catch(() => undefined));
  return (await Promise.all(times)).find((time) => time !== undefined);
}

/** In the page. */
function readTime(): number | undefined {
  return (globalThis as unknown as { chartsDrawnAt?: number }).chartsDrawnAt;
}

async function closePanel(window: Window): Promise<void> {
  await window.ask("await vscode.commands.executeCommand('workbench.action.closeAllEditors')");
}
