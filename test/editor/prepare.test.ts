import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNotes } from '../../src/launch/notes.ts';
import { needEditor, openActive, runsOf, saying, serve } from './extension.ts';
import { comesTrue, until } from './harness/wait.ts';
import type { Window } from './harness/window.ts';
import { makeLabProject, type LabProject } from './labProject.ts';

/** Enough to know some and not others, few enough to be asked and trained on in a moment. */
const ROWS = 20;

it('before a run: the data is probed and split, the reference is a click away, and methods are compared', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ max_steps: '1', eval_strategy: 'no', save_strategy: 'no' });
  for (const name of ['train.jsonl', 'held.jsonl']) keepRows(join(project.folder, name), ROWS);
  await using server = await serve(project);
  const window = await openActive(server);
  await show(window, project.config);
  await probe(window, project);
  await split(window, project);
  await openReference(window, project);
  await compare(window, project);
});

/** By its lens: the real engine asks the real model, and what it found stands in the config from then on. */
async function probe(window: Window, project: LabProject): Promise<void> {
  const editor = window.page.locator('.editor-instance .monaco-editor').first();
  const said = async (): Promise<string | undefined> =>
    (await window.notifications()).find((text) => text.includes('the base model has'));
  await editor.locator('.codelens-decoration a').filter({ hasText: 'Probe Knowledge' }).first().click();
  const message = await until('what the model knows', said);
  const [, known = '', fresh = ''] = /has (\d+) known .* and (\d+) new/.exec(message) ?? [];
  expect(message).toContain(`Of ${ROWS} rows of facts.sft.yaml`);
  expect(Number(known)).toBeGreaterThan(0);
  await editor
    .getByText(`${Math.round((100 * Number(fresh)) / ROWS)} % new`)
    .first()
    .waitFor();
  expect(readdirSync(join(project.folder, '.holdfast', 'cache', 'knowledge'))).toHaveLength(1);
  await window.screenshot('prepare-1-probed');
}

/** Two files and a line of the config; one Undo takes all of it back. */
async function split(window: Window, project: LabProject): Promise<void> {
  const before = readFileSync(project.config, 'utf8');
  const parts = ['train.train.jsonl', 'train.eval.jsonl'].map((name) => join(project.folder, name));
  await window.command('Holdfast: Split Off an Evaluation File');
  await window.pick('10 %');
  await expect.poll(() => textOf(window)).toContain('eval_file: train.eval.jsonl');
  await expect.poll(() => parts.map((path) => linesOf(path))).toEqual([ROWS - 2, 2]);
  await window.screenshot('prepare-2-split');
  await window.ask(`await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')`);
  await window.ask(`void vscode.commands.executeCommand('undo')`);
  await expect.poll(() => textOf(window)).toBe(before);
  await expect.poll(() => parts.filter((path) => existsSync(path))).toEqual([]);
}

/** The code beside a diagnostic in its hover leads to what the reference says about it. */
async function openReference(window: Window, { config }: LabProject): Promise<void> {
  const code = await until('a diagnostic', async () => {
    const found = await window.ask<string | null>(`
      const [first] = vscode.languages.getDiagnostics(vscode.Uri.file(${JSON.stringify(config)}))
        .filter(({ source }) => source === 'Holdfast');
      if (first === undefined) return null;
      vscode.window.activeTextEditor.selection = new vscode.Selection(first.range.start, first.range.start);
      return first.code.value;`);
    return found ?? undefined;
  });
  const link = window.page.locator('.monaco-hover a.code-link').filter({ hasText: code }).first();
  // A hover may go again while it is reached for.
  const isOpen = await comesTrue(async () => {
    if ((await lineAtCursor(window)) === `### \`${code}\``) return true;
    await window.ask(`await vscode.commands.executeCommand('editor.action.showHover')`);
    await link.click({ timeout: 3_000 }).catch(() => undefined);
    return false;
  });
  await window.screenshot('prepare-3-reference');
  expect(isOpen).toBe(true);
}

async function lineAtCursor(window: Window): Promise<string> {
  return window.ask<string>(`
    const editor = vscode.window.activeTextEditor;
    return editor === undefined ? '' : editor.document.lineAt(editor.selection.active.line).text;`);
}

/** Labelled runs that take their turn; when the last has ended, a page with what `holdfast compare` says. */
async function compare(window: Window, project: LabProject): Promise<void> {
  await show(window, project.config);
  await window.command('Holdfast: Compare Methods');
  // Plain fine-tuning and attention only: a teacher needs more rows that the model knows.
  const methods = window.page.locator('.quick-input-widget .monaco-list-row');
  const row = methods.filter({ has: window.page.getByText('self_distill', { exact: true }) }).first();
  await row.waitFor();
  const isLeftOut = await comesTrue(async () => {
    if ((await row.getAttribute('aria-checked')) === 'false') return true;
    // Away first: the hover of a row under the resting mouse may take the click.
    await window.page.mouse.move(0, 0);
    await row.click({ timeout: 3_000 }).catch(() => undefined);
    return (await row.getAttribute('aria-checked')) === 'false';
  });
  expect(isLeftOut).toBe(true);
  await window.screenshot('prepare-4-methods');
  await window.page.keyboard.press('Enter');
  await window.pick('1 seed');
  const runs = await until('two runs', () => (runsOf(project).length === 2 ? runsOf(project) : undefined));
  await expect
    .poll(() => runs.map((run) => readNotes(run).label))
    .toEqual(['facts: sft, seed 21', 'facts: attention_only, seed 21']);
  for (const run of runs) await saying(run, 'finished');
  await window.pressNotification('Show Comparison', 'All 2 runs of facts.sft.yaml');
  await expect.poll(() => textOf(window)).toMatch(/SFT +attention only\nstatus +finished +finished\n/);
  await window.screenshot('prepare-5-compared');
}

async function show(window: Window, path: string): Promise<void> {
  await window.ask(`
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(${JSON.stringify(path)}));
    await vscode.window.showTextDocument(document);`);
}

async function textOf(window: Window): Promise<string> {
  return window.ask<string>(`return vscode.window.activeTextEditor.document.getText()`);
}

function linesOf(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0;
}

function keepRows(path: string, count: number): void {
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, count).join('\n')}\n`);
}
