import { expect, it } from 'vitest';
import {
  engineOf,
  eventsOf,
  holdfast,
  needEditor,
  newestRun,
  openActive,
  panelHolds,
  panelSays,
  saying,
  serve,
} from './extension.ts';
import { isAlive, kill } from './harness/processes.ts';
import { comesTrue, until } from './harness/wait.ts';
import { makeLabProject } from './labProject.ts';

it('a run from a terminal appears by itself; it is stopped, resumed, killed, resumed again; a second one waits', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ num_train_epochs: '400' });
  await using server = await serve(project);
  const window = await openActive(server);
  await window.revealView();

  // In a folder that had no .holdfast when the window was opened, by somebody else.
  const begun = holdfast(project, 'run', project.config, '--detach');
  const run = await newestRun(project);
  await expect.poll(() => window.treeItems()).toContainEqual(expect.stringContaining('At Work'));
  await begun;
  await saying(run, 'stepped', 2);

  await window.command('Holdfast: Open Run');
  await panelSays(window, 'running');
  await window.command('Holdfast: Pause');
  await panelSays(window, 'paused');
  await window.panel().locator('[data-action="continue"]').click();
  await panelSays(window, 'running');
  await window.command('Holdfast: Save Checkpoint Now');
  await saying(run, 'saved');
  const evaluated = eventsOf(run).filter(({ type }) => type === 'evaluated').length;
  await window.command('Holdfast: Evaluate Now');
  await saying(run, 'evaluated', evaluated + 1);

  // Only one may use the processor here: the second says for whom it waits.
  await holdfast(project, 'run', project.config, '--detach');
  const second = await newestRun(project, 2);
  await expect
    .poll(() => window.treeItems())
    .toContainEqual(expect.stringMatching(/waiting for the device, which works for \d{8}-\d{6}-facts/));
  await window.screenshot('steer-1-waiting');
  await holdfast(project, 'stop', second.split('/').at(-1) ?? '');
  await saying(second, 'stopped');

  await window.panel().locator('[data-action="stop"]').click();
  await panelSays(window, 'stopped');
  await expect
    .poll(() => window.panel().locator('.message').innerText())
    .toMatch(/Resume goes on from the checkpoint of step \d+/);
  const stoppedAt = eventsOf(run).findLast(({ type }) => type === 'stopped');
  await window.screenshot('steer-2-stopped');
  await window.panel().locator('[data-action="resume"]').click();
  await panelSays(window, 'running');
  const started = await saying(run, 'started', 2);
  expect(started).toMatchObject({ resumed_from_step: stoppedAt?.type === 'stopped' ? stoppedAt.step : -1 });

  await until('steps after the resume', () => {
    const last = eventsOf(run).findLast(({ type }) => type === 'stepped');
    return last?.type === 'stepped' && stoppedAt?.type === 'stopped' && last.step > stoppedAt.step + 1
      ? true
      : undefined;
  });
  const engine = engineOf(run);
  kill(engine, 'SIGKILL');
  await panelSays(window, 'lost');
  await window.screenshot('steer-3-lost');
  await expect
    .poll(() => window.notifications())
    .toContainEqual(expect.stringContaining('gone without a last word'));
  await window.pressNotification('Resume');
  await panelSays(window, 'running');
  await saying(run, 'started', 3);
  expect(engineOf(run)).not.toBe(engine);

  await window.command('Holdfast: Stop and Save');
  await panelSays(window, 'stopped');
  const last = eventsOf(run).findLast(({ type }) => type === 'stopped');
  await panelHolds(window, last?.type === 'stopped' ? last.step : -1);
  expect(await comesTrue(() => !isAlive(engineOf(run)))).toBe(true);
});
