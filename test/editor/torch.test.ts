import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  eventsOf,
  needEditor,
  newestRun,
  openActive,
  panelHolds,
  panelSays,
  runsOf,
  serve,
  VSIX,
} from './extension.ts';
import { packExtension } from './fakeExtension.ts';
import { makeLabProject } from './labProject.ts';

const python = process.env.HOLDFAST_TEST_PYTHON;
const NOWHERE = 'http://127.0.0.1:9/simple';

it('a run of the torch engine, by the interpreter of the Python extension: started from the palette, watched, finished', async (context) => {
  await needEditor(context);
  context.skip(python === undefined, 'HOLDFAST_TEST_PYTHON names no Python with PyTorch');
  const project = makeLabProject({ engine: 'torch', num_train_epochs: '6' });
  // As much of its API as is documented for others (@vscode/python-extension).
  const environments = `{ environments: {
    getActiveEnvironmentPath: () => ({ id: 'chosen', path: '/somewhere' }),
    resolveEnvironment: async ({ id }) => id === 'chosen' ? { executable: { uri: vscode.Uri.file(${JSON.stringify(python)}) } } : undefined,
  } }`;
  const extension = packExtension(join(project.folder, '..'), 'ms-python', 'python', environments);
  await using server = await serve(project, { extensions: [VSIX, extension] });
  const window = await openActive(server);

  await window.command('Holdfast: Start SFT Run');
  await window.page.getByText('torch (PyTorch)').waitFor();
  await window.screenshot('torch-1-confirm');
  await window.pick('Start');
  const run = await newestRun(project);
  await panelSays(window, 'running');
  await expect.poll(() => window.panel().locator('#chart-loss .legend').innerText()).toMatch(/loss\s*\d/);
  await window.screenshot('torch-2-running');
  await panelSays(window, 'finished');
  await panelHolds(window, 60);
  await window.screenshot('torch-3-finished');
  expect(eventsOf(run)).toContainEqual(expect.objectContaining({ type: 'hello', engine: 'torch' }));
  expect(eventsOf(run).filter(({ type }) => type === 'stepped')).toHaveLength(60);

  await window.command('Holdfast: Check Environment');
  await expect.poll(() => window.notifications()).toContain('Everything that runs need is here.');
  const report = await window.ask<string>('return vscode.window.activeTextEditor.document.getText()');
  expect(report).toMatch(/ok +Python for the torch engine +3\.\d+\.\d+ \(.*, torch \d/);
});

it('without Python a run is refused, and setting the engine up is offered; a set-up that fails says why', async (context) => {
  await needEditor(context);
  context.skip(python === undefined, 'HOLDFAST_TEST_PYTHON names no Python with PyTorch');
  const project = makeLabProject({ engine: 'torch' });
  // Paths of this machine are none of a user's settings on all machines; a trusted workspace may set them.
  mkdirSync(join(project.folder, '.vscode'));
  writeFileSync(
    join(project.folder, '.vscode', 'settings.json'),
    JSON.stringify({ 'holdfast.pythonPath': '/nowhere/python' }),
  );
  await using server = await serve(project, {
    // Nothing answers there, as where there is no network.
    env: {
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: NOWHERE,
      PIP_FIND_LINKS: '',
      PIP_RETRIES: '1',
      UV_DEFAULT_INDEX: NOWHERE,
    },
  });
  const window = await openActive(server);
  await window.command('Holdfast: Start SFT Run');
  await window.pick('Start');
  await expect
    .poll(() => window.notifications())
    .toContainEqual(
      expect.stringMatching(
        /setting holdfast\.pythonPath cannot run the torch engine: \/nowhere\/python is not there/,
      ),
    );
  expect(runsOf(project)).toEqual([]);
  await window.screenshot('torch-4-no-python');
  await window.pressNotification('Set Up Torch Engine');
  const failure = 'The packages could not be downloaded: check the network';
  await expect.poll(() => window.notifications()).toContainEqual(expect.stringContaining(failure));
  await window.screenshot('torch-5-no-network');
  await window.pressNotification('Show Output', failure);
  const shown = async (): Promise<string> =>
    (await window.page.locator('.view-lines').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  // What the installer printed.
  await expect.poll(shown).toContain('torch==');
  expect(runsOf(project)).toEqual([]);
});
