import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import type { Window } from '../../test/editor/harness/window.ts';
import { waits } from '../figure.ts';
import { report } from '../report.ts';
import { makeWorkspace, startWithOurs } from './workspace.ts';

const ROUNDS = 20;
const EDITS = 20;
const ROUND_MS = 1_500;
const SETTLE_MS = 3_000;

it('has nothing to do with other people’s YAML', async () => {
  const { workspace } = makeWorkspace();
  const services = Array.from({ length: 50 }, (_, index) => `  web${index}:\n    image: "nginx:${index}"\n`);
  await using server = await startWithOurs(workspace);
  const window = await server.open();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const idle: number[] = [];
  const edited: number[] = [];
  const host: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    idle.push((await profiled(window, '')).ours);
    // A new one each time: VS Code would notice late that an old one has been written anew.
    const path = join(workspace, `compose-${round}.yaml`);
    writeFileSync(path, `services:\n${services.join('')}`);
    const { ours, all } = await profiled(window, editing(path));
    edited.push(ours);
    host.push(all);
  }
  report(
    waits(
      'time in our code more than in an idle window, a round',
      edited.map((ms, round) => ms - (idle[round] ?? NaN)),
      2,
      '< 10 ms',
    ),
    waits(`in our code while a file is opened and edited ${EDITS} times`, edited, 2),
    waits('in our code while nothing is done', idle, 2),
    waits('in the whole host while the file is opened and edited', host, 1),
  );
});

function editing(path: string): string {
  return `const document = await vscode.workspace.openTextDocument(vscode.Uri.file(${JSON.stringify(path)}));
const editor = await vscode.window.showTextDocument(document);
for (let edit = 0; edit < ${EDITS}; edit++)
  await editor.edit((change) => change.insert(new vscode.Position(1 + edit, 0), '  # comment\\n'));
await document.save();
await vscode.commands.executeCommand('workbench.action.closeAllEditors');`;
}

/**
 * Milliseconds that the host's thread spent in our code, called by it or below it, and in everything, over a round that
 * always takes equally long: our timers beat in both.
 */
function profiled(window: Window, act: string): Promise<{ ours: number; all: number }> {
  return window.ask(`const { Session } = require('node:inspector/promises');
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 200 });
await session.post('Profiler.start');
const end = Date.now() + ${ROUND_MS};
${act}
await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - Date.now())));
const { profile } = await session.post('Profiler.stop');
session.disconnect();
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const idle = new Set(['(idle)', '(root)', '(program)']);
const oursBelow = new Set(), pending = profile.nodes.filter(({ callFrame }) => /extension\\.cjs$/.test(callFrame.url) && /holdfast\\.holdfast/.test(callFrame.url));
for (const node of pending) { oursBelow.add(node.id); for (const child of node.children ?? []) pending.push(nodes.get(child)); }
let ours = 0, all = 0;
profile.samples.forEach((id, index) => {
  const ms = profile.timeDeltas[index] / 1000;
  if (oursBelow.has(id)) ours += ms;
  if (!idle.has(nodes.get(id).callFrame.functionName)) all += ms;
});
return { ours, all };`);
}
