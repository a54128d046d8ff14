import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLI, environmentOf, needEditor, openActive, serve, VSIX } from './extension.ts';
import { packExtension } from './fakeExtension.ts';
import type { Window } from './harness/window.ts';
import { makeLabProject, type LabProject } from './labProject.ts';

interface Said {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Opens a file of the workspace; its diagnostics, once there are as many as that and nothing more is being found out. */
async function diagnosticsOf(window: Window, path: string): Promise<Said[]> {
  return window.ask<Said[]>(`
    return vscode.languages.getDiagnostics(vscode.Uri.file(${JSON.stringify(path)}))
      .filter(({ source }) => source === 'Holdfast')
      .map(({ code, message, range }) => ({
        code: code.value, message, line: range.start.line + 1, column: range.start.character + 1,
      }))`);
}

async function open(window: Window, path: string): Promise<void> {
  await window.ask(`
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(${JSON.stringify(path)}));
    await vscode.window.showTextDocument(document);`);
}

async function textOf(window: Window): Promise<string> {
  return window.ask<string>(`return vscode.window.activeTextEditor.document.getText()`);
}

/** What \`holdfast check\` says of the same file. */
function checked(project: LabProject): Said[] {
  const run = (): string => {
    try {
      return execFileSync(process.execPath, [CLI, 'check', project.config, '--json'], {
        env: { ...process.env, ...environmentOf(project) },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      // Errors in the config are what it is asked for.
      return (error as { readonly stdout: string }).stdout;
    }
  };
  const [file] = JSON.parse(run()) as { readonly problems: readonly (Said & { range: Said })[] }[];
  return (file?.problems ?? []).map(({ code, message, range }) => ({
    code,
    message,
    line: range.line,
    column: range.column,
  }));
}

const inOrder = (said: readonly Said[]): Said[] =>
  [...said].sort((a, b) => a.line - b.line || a.column - b.column || a.code.localeCompare(b.code));

it('a config is annotated as it is typed, says what holdfast check says, and mends itself', async (context) => {
  await needEditor(context);
  const project = makeLabProject({ weight_deca: '0.01', warmup_steps: '400', max_length: '8' });
  await using server = await serve(project);
  const window = await openActive(server);
  await open(window, project.config);

  // The same as on the command line, once the data has been read.
  const expected = inOrder(checked(project));
  expect(expected.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['config.unknown-key', 'tokens.all-masked']),
  );
  await expect.poll(async () => inOrder(await diagnosticsOf(window, project.config))).toEqual(expected);
  await window.page.locator('.squiggly-error').first().waitFor();
  await window.screenshot('annotate-1-squiggles');

  // Lenses and hints are on the screen.
  const editor = window.page.locator('.editor-instance .monaco-editor').first();
  await editor.locator('.codelens-decoration').getByText('Start SFT Run').first().waitFor();
  await editor.locator('.codelens-decoration').getByText('Probe Knowledge').first().waitFor();
  await editor
    .getByText(/160\s+rows/)
    .first()
    .waitFor();
  await window.screenshot('annotate-2-hints');

  // Hovering a key explains it.
  await editor.locator('.view-line').getByText('num_train_epochs').first().hover();
  await window.page
    .locator('.monaco-hover')
    .getByText(/num_train_epochs/)
    .first()
    .waitFor();
  await window.screenshot('annotate-3-hover');
  await window.page.mouse.move(0, 0);

  // A quick fix by keyboard.
  const at = expected.find(({ code }) => code === 'config.unknown-key');
  await window.ask(`
    const editor = vscode.window.activeTextEditor;
    const place = new vscode.Position(${(at?.line ?? 1) - 1}, ${(at?.column ?? 1) - 1});
    editor.selection = new vscode.Selection(place, place);`);
  await window.statusBar(`Ln ${at?.line ?? 1}, Col ${at?.column ?? 1}`).waitFor();
  await window.ask(`await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')`);
  await window.page.keyboard.press('Control+.');
  await window.page.locator('.action-widget').getByText('Change to weight_decay').first().waitFor();
  await window.screenshot('annotate-4-fix');
  await window.page.keyboard.press('Enter');
  await expect.poll(() => textOf(window)).toContain('weight_decay: 0.01');
  await expect
    .poll(async () => (await diagnosticsOf(window, project.config)).map(({ code }) => code))
    .not.toContain('config.unknown-key');

  // Completion of a key at the end.
  await window.ask(`
    const editor = vscode.window.activeTextEditor;
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);`);
  // The page shows a little later where the host has put it.
  await window.statusBar(/Ln 30, Col 1$/).waitFor();
  await window.page.keyboard.type('self_d');
  await window.page.keyboard.press('Control+Space');
  await window.page.locator('.suggest-widget').getByText('self_distill').first().waitFor();
  await window.screenshot('annotate-5-completion');
  await window.page.keyboard.press('Escape');

  // Data that changes on the disk is seen.
  const train = join(project.folder, 'train.jsonl');
  writeFileSync(train, `${readFileSync(train, 'utf8')}this is no JSON\n`);
  await expect
    .poll(async () => (await diagnosticsOf(window, project.config)).map(({ code }) => code))
    .toContain('data.unreadable-rows');
});

it('with Red Hat YAML nothing is underlined twice, and in Restricted Mode nothing outside is looked at', async (context) => {
  await needEditor(context);
  const outside = makeLabProject();
  const secret = join(outside.folder, 'train.jsonl');
  const project = makeLabProject({ weight_deca: '0.01', eval_file: secret, max_length: '8' });
  const extensions = join(project.home, 'extensions');
  mkdirSync(extensions, { recursive: true });
  const redHat = packExtension(extensions, 'redhat', 'vscode-yaml', '({})');
  await using server = await serve(project, {
    extensions: [VSIX, redHat],
    trusted: false,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });
  const window = await openActive(server);
  await open(window, project.config);
  await expect
    .poll(async () => (await diagnosticsOf(window, project.config)).map(({ code }) => code))
    .toContain('tokens.all-masked');
  const codes = (await diagnosticsOf(window, project.config)).map(({ code }) => code);
  expect(codes).not.toContain('config.unknown-key');
  // The evaluation file repeats the training file, and that can only be known by opening it.
  expect(codes).not.toContain('data.eval-in-training');
});
