import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { startServer, type Server } from '../../test/editor/harness/server.ts';
import { until } from '../../test/editor/harness/wait.ts';
import type { Window } from '../../test/editor/harness/window.ts';
import { median, waits } from '../figure.ts';
import { report, vsix } from '../report.ts';
import { packEmpty } from './tinyExtension.ts';

const ROUNDS = 9;
const OURS = 'holdfast.holdfast';
/** One is activated before ours and one after it: whoever is first pays for what all share. */
const EMPTY = ['aaa.empty', 'zzz.empty'] as const;
const LIMIT = '<= 40 ms';
const SETTLE_MS = 2_000;

/** Milliseconds of `require(main)` and of the call of `activate`, by the marks that VS Code itself sets around both. */
type Times = Readonly<Record<string, { readonly load: number; readonly call: number }>>;
/** Milliseconds of processor time of the host's thread, which busy neighbours do not add to. */
type Burnt = Readonly<Record<string, number>>;

it('loads and activates', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-activation-'));
  const workspace = join(scratch, 'project');
  mkdirSync(workspace);
  const extensions = [packEmpty(scratch, 'aaa'), vsix(), packEmpty(scratch, 'zzz')];
  await using atStart = await startServer({ workspace, extensions });
  await using onDemand = await startServer({ workspace, extensions });
  dropActivationEvents(onDemand);
  const started: Times[] = [];
  const demanded: Times[] = [];
  const burnt: Burnt[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Windows of both take turns, so that a busy minute of the machine meets both.
    started.push(await inNewWindow(atStart, () => Promise.resolve()));
    const order = round % 2 === 0 ? [EMPTY[0], OURS, EMPTY[1]] : [EMPTY[1], OURS, EMPTY[0]];
    demanded.push(
      await inNewWindow(onDemand, async (window) => {
        // The window has opened and is at rest: nothing else wants the processors.
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        burnt.push(await activateInTurn(window, order));
      }),
    );
  }
  rmSync(scratch, { recursive: true, force: true });
  report(
    waits('window at rest, above an empty extension, processor time', burnt.map(burntAbove), 1, LIMIT),
    waits('window at rest, above an empty extension', demanded.map(above), 1, LIMIT),
    ...parts('window at rest', demanded),
    waits('while a window opens, above an empty extension', started.map(above), 1, LIMIT),
    ...parts('while a window opens', started),
  );
});

function parts(when: string, times: readonly Times[]): ReturnType<typeof waits>[] {
  return [
    waits(
      `${when}, ours: loading`,
      times.map((time) => time[OURS]?.load ?? NaN),
      0,
    ),
    waits(
      `${when}, ours: activate()`,
      times.map((time) => time[OURS]?.call ?? NaN),
      0,
    ),
    waits(
      `${when}, empty: both`,
      times.flatMap((time) => EMPTY.map((id) => sum(time, id))),
      0,
    ),
  ];
}

async function activateInTurn(window: Window, order: readonly string[]): Promise<Burnt> {
  const burnt: Record<string, number> = {};
  for (const id of order)
    burnt[id] = await window.ask<number>(
      `const extension = vscode.extensions.getExtension('${id}'), before = process.threadCpuUsage();
await extension.activate();
const { user, system } = process.threadCpuUsage(before);
return (user + system) / 1000;`,
    );
  return burnt;
}

function burntAbove(burnt: Burnt): number {
  return (burnt[OURS] ?? NaN) - median(EMPTY.map((id) => burnt[id] ?? NaN));
}

function above(times: Times): number {
  return sum(times, OURS) - median(EMPTY.map((id) => sum(times, id)));
}

function sum(times: Times, id: string): number {
  const { load, call } = times[id] ?? { load: NaN, call: NaN };
  return load + call;
}

async function inNewWindow(server: Server, act: (window: Window) => Promise<void>): Promise<Times> {
  const window = await server.open();
  await act(window);
  const times = await until('all to be active', () => timesIn(window));
  await window.close();
  return times;
}

async function timesIn(window: Window): Promise<Times | undefined> {
  const marks = await window.ask<{ name: string; startTime: number }[]>(
    'return globalThis.MonacoPerformanceMarks.getMarks()',
  );
  const at = (what: string, id: string): number =>
    marks.find(({ name }) => name === `code/extHost/${what}/${id}`)?.startTime ?? NaN;
  const times = Object.fromEntries(
    [OURS, ...EMPTY].map((id) => [
      id,
      {
        load: at('didLoadExtensionCode', id) - at('willLoadExtensionCode', id),
        call: at('didActivateExtension', id) - at('willActivateExtension', id),
      },
    ]),
  );
  return Object.keys(times).some((id) => Number.isNaN(sum(times, id))) ? undefined : times;
}

/** The extensions stay as they were packed, but nothing activates them before they are asked. */
function dropActivationEvents(server: Server): void {
  const folder = join(server.scratch, 'extensions');
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('holdfast.holdfast-') && !/^(aaa|zzz)\.empty-/.test(name)) continue;
    const path = join(folder, name, 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...manifest, activationEvents: [] }));
  }
}
