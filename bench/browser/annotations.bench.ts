import { cpSync, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Window } from '../../test/editor/harness/window.ts';
import { waits, type Figure } from '../figure.ts';
import { report } from '../report.ts';
import { makeWorkspace, startWithOurs } from './workspace.ts';

const LAB = fileURLToPath(new URL('../../examples/lab', import.meta.url));
const DATA_BYTES = Number(process.env.HOLDFAST_BENCH_BYTES ?? 1e9);
const CONFIG_LINES = 300;
const YAML_LINES = 20_000;
const KEYS = 60;
const COMPLETIONS = 40;
const BOMBS = 5;
/** Reading a gigabyte for the first time. */
const READING_MS = 600_000;

it('annotates as fast as somebody types', async () => {
  const { workspace } = makeWorkspace();
  cpSync(join(LAB, 'base'), join(workspace, 'base'), { recursive: true });
  await writeRows(join(workspace, 'rows.jsonl'));
  const config = join(workspace, 'big.sft.yaml');
  writeFileSync(config, longConfig());
  await using server = await startWithOurs(workspace);
  const window = await server.open();
  const began = Date.now();
  await window.ask(opening(config));
  await expect
    .poll(() => said(window, config), { timeout: READING_MS, interval: 1_000 })
    .toContain('data.duplicate-rows');
  const reading = (Date.now() - began) / 1_000;
  const keys = await window.ask<number[]>(typing(config));
  const completions = await window.ask<number[]>(completing(config));
  report(
    {
      name: '1 GB data file read for the first time',
      value: reading,
      text: `${reading.toFixed(0)} s, in the background`,
    },
    waits('key press to diagnostics, 300 lines, 1 GB cached', keys, 1, '<= 50 ms (p95 100)'),
    waits('completion', completions, 1, '< 30 ms'),
    ...(await blocks(window, workspace)),
  );
});

/** Rows of the lab again and again, up to a gigabyte. */
async function writeRows(path: string): Promise<void> {
  const rows = readFileSync(join(LAB, 'train.jsonl'), 'utf8');
  const stream = createWriteStream(path);
  for (let written = 0; written < DATA_BYTES; written += rows.length)
    if (!stream.write(rows)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

function longConfig(): string {
  const head = `version: 1\nmodel_name_or_path: base\ntrain_file: rows.jsonl\nlearning_rate: 3.0e-4\nself_distill: {}\nprobes:\n  prompts:\n`;
  const prompts = Array.from(
    { length: CONFIG_LINES - 7 },
    (_, index) => `    - 'Wording ${index}: {question}'\n`,
  );
  return head + prompts.join('');
}

function opening(path: string): string {
  return `await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.file(${JSON.stringify(path)})));`;
}

function said(window: Window, path: string): Promise<string[]> {
  return window.ask(
    `return vscode.languages.getDiagnostics(vscode.Uri.file(${JSON.stringify(path)})).map(({ code }) => code?.value)`,
  );
}

/** Milliseconds from a change of the text to the diagnostics about it: a mistake is made and mended again. */
function typing(path: string): string {
  return `const uri = vscode.Uri.file(${JSON.stringify(path)});
const editor = vscode.window.activeTextEditor;
const times = [];
// Asked again and again: word of a change comes 50 ms late by itself, so that changes come together.
const heard = async (wanted) => {
  while (vscode.languages.getDiagnostics(uri).some(({ code }) => code?.value === 'config.wrong-value') !== wanted)
    await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now();
};
const place = new vscode.Position(3, 'learning_rate: '.length);
for (let key = 0; key < ${KEYS}; key++) {
  const isMistake = key % 2 === 0;
  const after = heard(isMistake);
  let began;
  const change = vscode.workspace.onDidChangeTextDocument(() => { began ??= performance.now(); });
  await editor.edit((edit) => isMistake ? edit.insert(place, '-') : edit.delete(new vscode.Range(place, place.translate(0, 1))));
  times.push((await after) - began);
  change.dispose();
  await new Promise((resolve) => setTimeout(resolve, 50));
}
return times;`;
}

function completing(path: string): string {
  return `const uri = vscode.Uri.file(${JSON.stringify(path)});
const times = [];
for (let count = 0; count < ${COMPLETIONS}; count++) {
  const began = performance.now();
  const list = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', uri, new vscode.Position(4, 0));
  times.push(performance.now() - began);
  if (!list.items.some(({ label }) => (label.label ?? label) === 'num_train_epochs')) throw new Error('no completion');
}
return times;`;
}

/** How long the host stood still, at the longest, while a hostile or huge config was opened and edited. */
async function blocks(window: Window, workspace: string): Promise<Figure[]> {
  const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghij'
    .split('')
    .map(
      (name, index) =>
        `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(',')}]\n`,
    )
    .join('')}`;
  const huge = `version: 1\nprobes:\n  prompts:\n${"    - 'Wording: {question}'\n".repeat(YAML_LINES)}`;
  const nested = `version: 1\nprobes: ${'['.repeat(YAML_LINES)}\n`;
  const figures: Figure[] = [];
  for (const [name, text] of Object.entries({
    'anchor bomb': bomb,
    '20,000 lines': huge,
    '20,000 brackets': nested,
  })) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < BOMBS; round++) {
      const stem = join(workspace, `${name.replaceAll(/\W/g, '-')}-${round}`);
      // The same text under a name that is nobody's: what the editor itself takes for it.
      writeFileSync(`${stem}.yaml`, text);
      theirs.push(await window.ask<number>(standstill(`${stem}.yaml`, false)));
      writeFileSync(`${stem}.sft.yaml`, text);
      ours.push(await window.ask<number>(standstill(`${stem}.sft.yaml`, true)));
    }
    figures.push(
      waits(`longest standstill of the host: ${name}`, ours, 1, '<= 50 ms'),
      waits(`the same text as a YAML file that is not ours: ${name}`, theirs, 1),
    );
  }
  return figures;
}

/** The longest time between two ticks of 5 ms, less those 5, from opening to diagnostics and five keys later; in an idle host it is some 2 ms. */
function standstill(path: string, isOurs: boolean): string {
  return `let last = performance.now(), longest = 0;
const timer = setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last - 5); last = now; }, 5);
const uri = vscode.Uri.file(${JSON.stringify(path)});
const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
const most = ${isOurs} ? 100 : 20;
for (let wait = 0; wait < most && vscode.languages.getDiagnostics(uri).length === 0; wait++) await new Promise((resolve) => setTimeout(resolve, 100));
if (${isOurs} && vscode.languages.getDiagnostics(uri).length === 0) throw new Error('nothing was said of it');
for (let key = 0; key < 5; key++) {
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# \\n'));
  await new Promise((resolve) => setTimeout(resolve, 200));
}
clearInterval(timer);
await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
return longest;`;
}
