import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureEditor } from '../../scripts/editor.mjs';
import { areGone, isAlive, kill, sessionOf } from './harness/processes.ts';
import { type Server, startServer } from './harness/server.ts';
import { until } from './harness/wait.ts';
import type { Window } from './harness/window.ts';

const VSCE = fileURLToPath(new URL('../../node_modules/@vscode/vsce/vsce', import.meta.url));
const MANIFEST = {
  name: 'tiny',
  publisher: 'tests',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: './tiny.js',
  activationEvents: ['onStartupFinished'],
  contributes: {
    commands: ['show', 'question', 'rename'].map((name) => ({
      command: `tiny.${name}`,
      title: `Tiny: ${name} it`,
    })),
    viewsContainers: { activitybar: [{ id: 'tiny', title: 'Tiny things', icon: 'icon.svg' }] },
    views: {
      tiny: [
        { id: 'tiny.tree', name: 'Some' },
        { id: 'tiny.other', name: 'Others' },
      ],
    },
  },
};
const EXTENSION = `'use strict';
const vscode = require('vscode'), fs = require('node:fs'), path = require('node:path');
const { window, workspace } = vscode;
const note = (text) => {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder !== undefined) fs.appendFileSync(path.join(folder, 'log.txt'), text + '\\n');
};
const items = (names) => ({
  getChildren: (parent) => (parent === undefined ? names : []),
  getTreeItem: (name) => Object.assign(new vscode.TreeItem(name), { description: 'tiny ' + name.length }),
});
exports.activate = ({ subscriptions }) => {
  note('activated ' + process.pid);
  const commands = {
    'tiny.show': () => {
      const panel = window.createWebviewPanel('tiny', 'Tiny', vscode.ViewColumn.One, { enableScripts: true });
      panel.webview.onDidReceiveMessage((message) => note('pressed ' + message));
      panel.webview.html = '<h1>Hello</h1><button onclick="acquireVsCodeApi().postMessage(42)">Press</button>';
    },
    'tiny.question': async () => {
      note('told ' + (await window.showInformationMessage('Are shrimps pink?', 'Yes', 'No')));
      note('sure ' + (await window.showWarningMessage('Really?', { modal: true }, 'Really')));
    },
    'tiny.rename': async () => {
      const what = await window.showQuickPick(['a shrimp', 'a whale'], { placeHolder: 'what' });
      const name = await window.showInputBox({ prompt: 'its name' });
      note('named ' + what + ' ' + name);
    },
  };
  for (const [name, run] of Object.entries(commands)) subscriptions.push(vscode.commands.registerCommand(name, run));
  subscriptions.push(window.registerTreeDataProvider('tiny.tree', items(['one', 'three'])));
  subscriptions.push(window.registerTreeDataProvider('tiny.other', items(['seven'])));
  const bar = window.createStatusBarItem();
  bar.text = 'tiny is here';
  bar.show();
  subscriptions.push(bar, { dispose: () => note('deactivated ' + process.pid) });
};
`;

const editor = await ensureEditor();
const folder = join(tmpdir(), `holdfast-harness-${process.pid}`);
const workspace = join(folder, "it's a räksmörgås 🦐");
const noted = (): string =>
  existsSync(join(workspace, 'log.txt')) ? readFileSync(join(workspace, 'log.txt'), 'utf8') : '';
const notes = (text: string): Promise<true> => until(text, () => noted().includes(text) || undefined);

/** An extension of a few lines, packed as ours is. */
function packTiny(): string {
  const source = join(folder, 'tiny');
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(source, 'tiny.js'), EXTENSION);
  writeFileSync(join(source, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const vsix = join(folder, 'tiny.vsix');
  const lenient = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(process.execPath, [VSCE, 'package', ...lenient, '-o', vsix], { cwd: source, stdio: 'pipe' });
  return vsix;
}

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.skipIf(editor.missing !== undefined)(
  `VS Code in a browser${editor.missing === undefined ? '' : `: ${editor.missing}`}`,
  () => {
    let server: Server;
    let window: Window;

    beforeAll(async () => {
      mkdirSync(workspace, { recursive: true });
      const settings = { 'workbench.colorTheme': 'Default Light Modern' };
      server = await startServer({ workspace, extensions: [packTiny()], settings, env: { TINY: 'yes' } });
      window = await server.open();
    });

    it('opens a window on the workspace, with the extension, the settings and the environment asked for', async () => {
      await notes('activated');
      await window.statusBar('tiny is here').waitFor();
      expect(await window.ask('return vscode.workspace.workspaceFolders[0].uri.fsPath')).toBe(workspace);
      expect(await window.ask('return vscode.window.activeColorTheme.kind')).toBe(1);
      expect(await server.ask('return [process.env.TINY, process.pid]')).toEqual(['yes', window.host()]);
      await expect(window.ask('throw new RangeError("too small")')).rejects.toThrow('RangeError: too small');
      expect(existsSync(await window.screenshot('harness'))).toBe(true);
    });

    it('lists the rows of a view', async () => {
      await window.revealView('Tiny things');
      await window.revealView('Tiny things');
      await expect.poll(() => window.treeItems()).toEqual(['one tiny 3', 'three tiny 5', 'seven tiny 5']);
      expect(await window.treeItems('Others')).toEqual(['seven tiny 5']);
    });

    it('runs commands and answers what they ask', async () => {
      await window.command('Tiny: rename it');
      await window.pick('whale');
      await window.input('Willy');
      await notes('named a whale Willy');
      await window.command('Tiny: question it');
      await expect.poll(() => window.notifications()).toEqual(['Are shrimps pink?']);
      await window.pressNotification('Yes', 'shrimps');
      await window.pressDialog('Really');
      await notes('sure Really');
    });

    it('reaches into a webview', async () => {
      await window.command('Tiny: show it');
      expect(await window.panel().locator('h1').innerText()).toBe('Hello');
      await window.panel().getByRole('button', { name: 'Press' }).click();
      await notes('pressed 42');
    });

    it('keeps windows apart', async () => {
      const other = await server.open();
      expect(await other.ask('return process.pid')).toBe(other.host());
      expect(await window.ask('return process.pid')).not.toBe(other.host());
      expect(await server.ask('return process.pid')).toBe(other.host());
      await other.close();
      expect(isAlive(other.host())).toBe(false);
      expect(await server.ask('return process.pid')).toBe(window.host());
    });

    it('reloads', async () => {
      const before = window.host();
      await window.reload();
      expect(isAlive(before)).toBe(false);
      expect(noted()).toContain(`deactivated ${before}`);
      expect(await window.ask('return process.pid')).not.toBe(before);
    });

    it('crashes without a word, then comes back with the same address and what was open', async () => {
      const detach =
        "require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid";
      const child = await window.ask<number>(`return ${detach}`);
      const path = JSON.stringify(join(workspace, 'log.txt'));
      await window.ask(`await vscode.window.showTextDocument(vscode.Uri.file(${path}))`);
      const host = window.host();
      await server.crash();
      expect(sessionOf(server.pid)).toEqual([]);
      expect(noted()).not.toContain(`deactivated ${host}`);
      expect(server.detached()).toContain(child);

      const again = await server.restart();
      expect(again.url).toBe(server.url);
      const back = await again.open();
      await notes(`activated ${back.host()}`);
      await back.page.getByRole('tab', { name: 'log.txt' }).waitFor();
      expect(await back.ask('return process.env.TINY')).toBe('yes');
      expect(again.detached()).toContain(child);
      kill(child, 'SIGKILL');
      await again.stop();
      expect(sessionOf(again.pid)).toEqual([]);
      expect(noted()).toContain(`deactivated ${back.host()}`);
    });

    it('can ask a window that trusts nobody, and one whose extension host was killed', async () => {
      await using own = await startServer({ workspace, extensions: [], trusted: false });
      const wary = await own.open();
      expect(await wary.ask('return vscode.workspace.isTrusted')).toBe(false);
      const before = wary.host();
      kill(before, 'SIGKILL');
      await areGone(() => [before].filter(isAlive));
      expect(await wary.ask('return process.pid')).not.toBe(before);
    });
  },
);
