import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  eventsOf,
  holdfast,
  needEditor,
  newestRun,
  openActive,
  panelSays,
  runsOf,
  saying,
  serve,
} from './extension.ts';
import { makeLabProject } from './labProject.ts';

it('panels that are opened and closed leave nothing behind, hidden ones come back whole', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ max_steps: '4', eval_strategy: 'no' });
  await holdfast(project, 'run', project.config, '--detach');
  const run = await newestRun(project);
  await saying(run, 'finished');
  await using server = await serve(project);
  const window = await openActive(server);
  const health = (): Promise<{ panels: number; listeners: number; runs: number }> =>
    window.ask(`return vscode.extensions.getExtension('holdfast.holdfast').exports.health()`);
  await expect.poll(async () => (await health()).runs).toBe(1);
  const before = await health();
  for (let time = 0; time < 4; time++) {
    await window.command('Holdfast: Open Run');
    await panelSays(window, 'finished');
    expect((await health()).listeners).toBeGreaterThan(before.listeners);
    await window.command('View: Close Editor');
    await expect.poll(health).toEqual(before);
  }
  await window.command('Holdfast: Open Run');
  await panelSays(window, 'finished');
  await window.ask(
    `await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }))`,
  );
  await expect.poll(() => window.page.locator('iframe.webview').filter({ visible: true }).count()).toBe(0);
  await window.command('Holdfast: Open Run');
  await panelSays(window, 'finished');
  expect((await health()).panels).toBe(1);
});

it('a run goes on when its config is deleted, and a read-only workspace runs from a place of our own', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ num_train_epochs: '40' });
  const readOnly = join(project.folder, '..', 'read only');
  mkdirSync(readOnly);
  context.skip(!tryMount(readOnly), 'mounting a read-only disk is not permitted here');
  try {
    cpSync(project.folder, readOnly, { recursive: true });
    execFileSync('mount', ['-o', 'remount,ro', readOnly]);
    await using server = await serve({ ...project, folder: readOnly });
    const window = await openActive(server);
    await window.command('Holdfast: Start SFT Run');
    await window.pick('Start');
    const storage = join(server.scratch, 'data', 'User', 'globalStorage', 'holdfast.holdfast');
    const run = await newestRun({ folder: storage });
    await panelSays(window, 'running');
    await saying(run, 'stepped', 2);
    await window.revealView();
    await expect.poll(() => window.treeItems()).toContainEqual(expect.stringMatching(/\/400/));
    expect(runsOf({ folder: readOnly })).toEqual([]);
    await window.command('Holdfast: Stop and Save');
    await panelSays(window, 'stopped');
  } finally {
    execFileSync('umount', ['-l', readOnly]);
  }
});

it('a config that is deleted while its run goes on is missed by nobody', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ num_train_epochs: '6', eval_strategy: 'no' });
  await using server = await serve(project);
  const window = await openActive(server);
  await window.command('Holdfast: Start SFT Run');
  await window.pick('Start');
  const run = await newestRun(project);
  await saying(run, 'stepped', 2);
  rmSync(project.config);
  rmSync(join(project.folder, 'train.jsonl'));
  await panelSays(window, 'finished');
  expect(eventsOf(run).at(-1)?.type).toBe('finished');
  await window.command('Holdfast: Show Config as Run');
  await window.page.getByText('with every value it used').waitFor();
});

it('says what is missing where no engine can be started', async (context) => {
  await needEditor(context);
  const project = makeLabProject();
  mkdirSync(join(project.folder, '.vscode'));
  writeFileSync(join(project.folder, '.vscode', 'settings.json'), '{ "holdfast.nodePath": "/no/such/node" }');
  await using server = await serve(project);
  const window = await openActive(server);
  await window.command('Holdfast: Start SFT Run');
  await window.pick('Start');
  await expect
    .poll(() => window.notifications())
    .toContainEqual(
      expect.stringMatching(
        /The Node\.js chosen in the settings, \/no\/such\/node, does not run .*choose version 20 or newer/,
      ),
    );
  expect(runsOf(project)).toEqual([]);
});

function tryMount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
