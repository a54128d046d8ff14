import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { holdfast, needEditor, newestRun, openActive, panelSays, runsOf, serve } from './extension.ts';
import { makeLabProject } from './labProject.ts';
import { until } from './harness/wait.ts';
import type { Window } from './harness/window.ts';

it('runs are renamed, repeated, deleted and brought back; what cannot be shown is said', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ max_steps: '3', eval_strategy: 'no' });
  await holdfast(project, 'run', project.config, '--detach');
  const run = await newestRun(project);
  await using server = await serve(project);
  const window = await openActive(server);
  await window.revealView();
  await expect.poll(() => window.treeItems()).toContainEqual(expect.stringMatching(/3\/3/));

  // By keyboard: the menu of what has the focus in the explorer, which is the run below its group.
  await window.ask(`await vscode.commands.executeCommand('holdfast.runs.focus')`);
  await window.page.keyboard.press('Home');
  await window.page.keyboard.press('ArrowDown');
  await window.page.keyboard.press('Shift+F10');
  await window.page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await window.screenshot('manage-0-menu');
  await window.page.getByRole('menuitem', { name: 'Rename' }).click();
  await window.input('first <b>try</b> $(flame)');
  await expect.poll(() => window.treeItems()).toContainEqual(expect.stringContaining('first <b>try</b>'));
  expect(JSON.parse(readFileSync(join(run, 'notes.json'), 'utf8'))).toEqual({
    label: 'first <b>try</b> $(flame)',
  });

  await window.command('Holdfast: Show Config as Run');
  await window.page.getByText('with every value it used').waitFor();
  await window.command('Holdfast: Duplicate With Changes');
  const copy = await untitled(window, 'max_steps');
  expect(copy).toMatch(/facts-2\.sft\.yaml\n# As run .*max_steps: 3/s);
  expect(copy).not.toMatch(/adam_beta1/);

  await window.command('Holdfast: Copy Command Line');
  await until('the command line', async () => {
    const text = await window.ask<string>('return vscode.env.clipboard.readText()');
    return text.includes(' run ') ? text : undefined;
  }).then((text) => expect(text).toMatch(/cli\.js.* run '.*my project\/facts\.sft\.yaml'$/));

  await window.command('Holdfast: Open Run');
  await panelSays(window, 'finished');
  await window.command('Holdfast: Delete');
  await expect.poll(() => existsSync(run)).toBe(false);
  expect(readdirSync(join(project.folder, '.holdfast', 'trash'))).toEqual([basename(run)]);
  await expect
    .poll(() => window.panel().locator('.waiting').innerText())
    .toMatch(/not there \(any more\).*trash/);
  await window.screenshot('manage-1-deleted');
  await window.pressNotification('Undo');
  await expect.poll(() => existsSync(run)).toBe(true);
  await expect.poll(() => window.panel().locator('.waiting').isHidden()).toBe(true);

  // A newer protocol, a folder without run.json, and one that goes while it is shown.
  const runs = join(project.folder, '.holdfast', 'runs');
  mkdirSync(join(runs, '20990101-000000-newer-0000'));
  writeFileSync(join(runs, '20990101-000000-newer-0000', 'run.json'), '{"protocol":"9.0"}');
  mkdirSync(join(runs, '20990101-000001-empty-0000'));
  await expect
    .poll(() => window.treeItems())
    .toContainEqual(expect.stringMatching(/protocol 9\.0.*matching version/));
  await expect.poll(() => window.treeItems()).toContainEqual(expect.stringMatching(/no run\.json/));
  await window.screenshot('manage-2-broken');
  renameSync(run, join(project.folder, 'elsewhere'));
  await expect.poll(() => window.panel().locator('.waiting').innerText()).toMatch(/not there \(any more\)/);
  rmSync(join(project.folder, '.holdfast'), { recursive: true });
  await expect.poll(() => window.treeItems()).toEqual([]);
  expect(runsOf(project)).toEqual([]);
});

it('a config is made by pickers, its errors are shown before anything starts, and the environment is checked', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ learning_rte: '0.1' });
  await using server = await serve(project);
  const window = await openActive(server);
  await window.command('Holdfast: Start SFT Run');
  await window.page.getByText('1 error keeps it from starting').waitFor();
  await window.screenshot('manage-3-errors');
  await window.pick('line');
  await window.page.getByText('learning_rte').first().waitFor();
  expect(runsOf(project)).toEqual([]);

  await window.command('Holdfast: New SFT Config');
  await window.pick('base');
  await window.pick('train.jsonl');
  await window.screenshot('manage-4-cures');
  await window.pick('Self-distillation');
  const text = await untitled(window, 'self_distill');
  expect(text).toMatch(/^model_name_or_path: base/m);
  expect(text).toMatch(/^train_file: train\.jsonl/m);
  expect(text).toMatch(/^self_distill: \{\}/m);

  await window.command('Holdfast: Check Environment');
  await expect.poll(() => window.notifications()).toContain('Everything that runs need is here.');
  await window.screenshot('manage-5-environment');
  await window.pressNotification('Copy for a Bug Report');
  const bundle = await until('the bundle', async () => {
    const copied = await window.ask<string>('return vscode.env.clipboard.readText()');
    return copied.includes('Holdfast: environment') ? copied : undefined;
  });
  expect(bundle).toMatch(/Node\.js for the engine\s+v\d+/);
});

/** Path and text of a document not yet saved that has these words in it: such a one is opened empty, then filled. */
async function untitled(window: Window, words: string): Promise<string> {
  return until(`a new document with "${words}"`, async () => {
    const found = await window.ask<string | null>(`
      const document = vscode.workspace.textDocuments
        .find((some) => some.isUntitled && some.getText().includes(${JSON.stringify(words)}));
      return document === undefined ? null : document.uri.fsPath + '\\n' + document.getText();`);
    return found ?? undefined;
  });
}
