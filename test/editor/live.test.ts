import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  engineOf,
  eventsOf,
  needEditor,
  newestRun,
  openActive,
  panelHolds,
  panelSays,
  saying,
  serve,
} from './extension.ts';
import { isAlive } from './harness/processes.ts';
import { makeLabProject } from './labProject.ts';

it('a run goes on through a reload of the window and a crash of VS Code, and the panel shows all of it afterwards', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ num_train_epochs: '60', eval_steps: '60' }, 'it’s a "test" 🧪.sft.yaml');
  await using server = await serve(project);
  const window = await openActive(server);
  await window.revealView();
  await window.screenshot('live-1-empty');

  await window.command('Holdfast: Start SFT Run');
  await window.page.getByText('1,053,824 parameters').waitFor();
  await window.screenshot('live-2-confirm');
  await window.pick('Start');
  const run = await newestRun(project);
  await saying(run, 'stepped', 3);
  const engine = engineOf(run);
  await panelSays(window, 'running');
  await expect.poll(() => window.panel().locator('.position').innerText()).toMatch(/step \d+ of 600/);
  await expect.poll(() => window.panel().locator('#chart-loss .legend').innerText()).toMatch(/loss\s*\d/);
  await expect.poll(() => window.treeItems()).toContainEqual(expect.stringMatching(/\d+\/600/));
  await window.statusBar(/\d+\/600/).waitFor();
  await window.screenshot('live-3-running');

  await window.reload();
  expect(isAlive(engine)).toBe(true);
  await panelSays(window, 'running');
  await panelHolds(window, Math.max(...stepsOf(run)));

  await server.crash();
  expect(isAlive(engine)).toBe(true);
  await using again = await server.restart();
  const other = await openActive(again);
  await panelSays(other, 'finished');
  expect(engineOf(run)).toBe(engine);
  await panelHolds(other, 600);
  await other.revealView();
  await expect
    .poll(() => other.treeItems())
    .toContainEqual(expect.stringMatching(/600\/600 · held 0\.\d+ · forgot/));
  await other.screenshot('live-4-finished');
  expect(stepsOf(run)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  // A config may go while its run is shown: the run has its own.
  expect(existsSync(project.config)).toBe(true);
});

function stepsOf(run: string): number[] {
  return eventsOf(run).flatMap((event) => (event.type === 'stepped' ? [event.step] : []));
}
