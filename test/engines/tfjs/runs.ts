import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPaths, type RunPaths } from '../../../src/folder/layout.ts';
import { decodeEventLine } from '../../../src/protocol/decode.ts';
import type { Event, EventOf } from '../../../src/protocol/events.ts';
import { RunConfigSchema, type RunConfigInput } from '../../../src/protocol/runConfig.ts';
import { repository } from './models.ts';

/** Real runs of the real engine as a child process, each in a folder of its own. */

export const base = join(repository, 'examples/lab/base');
const engine = join(repository, 'dist/engines/tfjs/main.js');

export const question = (subject: string, answer: string): object => ({
  question: `Where was ${subject} born?`,
  answers: [answer],
  subject,
  relation: 'P19',
});

/** The first rows of one of the example's files. */
export function exampleRows(name: 'train' | 'held', count: number): object[] {
  const text = readFileSync(join(repository, `examples/lab/${name}.jsonl`), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(0, count)
    .map((line) => JSON.parse(line) as object);
}

export const probePrompts = [
  'Q: {question}\nA:',
  'Question: {question} Answer:',
  'User: {question}\nAssistant:',
];

/** Writes the first held facts of the example into `within`; the `probes` block that measures on them. */
export function heldProbes(
  within: string,
  count: number,
): { sets: { name: string; file: string }[]; prompts: string[] } {
  const file = join(within, 'held.jsonl');
  writeFileSync(
    file,
    exampleRows('held', count)
      .map((row) => JSON.stringify(row))
      .join('\n'),
  );
  return { sets: [{ name: 'held', file }], prompts: probePrompts };
}

export interface TestRun {
  readonly paths: RunPaths;
  readonly home: string;
}

const folders: string[] = [];

/** A temporary folder that `removeFolders` takes away. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-engine-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A run folder as a host would make it. */
export function makeRun(
  config: Partial<RunConfigInput>,
  rows: readonly object[] | string,
  within = temporaryFolder(),
): TestRun {
  const paths = runPaths(join(within, 'runs', 'test-run'));
  for (const folder of [paths.commands, paths.probes, paths.checkpoints])
    mkdirSync(folder, { recursive: true });
  const train = join(within, 'train.jsonl');
  writeFileSync(
    train,
    typeof rows === 'string' ? rows : `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`,
  );
  const full = RunConfigSchema.parse({
    version: 1,
    model_name_or_path: base,
    train_file: train,
    probes: { sets: [] },
    ...config,
  });
  const run = {
    protocol: '1.0',
    id: 'test-run',
    created: new Date().toISOString(),
    config: full,
    origins: {},
    config_file: null,
    data: [],
    versions: {},
  };
  writeFileSync(paths.runFile, JSON.stringify(run));
  return { paths, home: join(within, 'home') };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ended>;
}

/** Starts the engine. */
export function startEngineProcess(run: TestRun, nodeArgs: readonly string[] = []): Started {
  return startAsHost(run, process.execPath, [...nodeArgs, engine]);
}

/** Starts a program on a run folder as a host would. */
export function startAsHost(
  run: TestRun,
  command: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv> = {},
): Started {
  const child = spawn(command, [...args, run.paths.folder, '--token', 'a-token-of-a-test'], {
    env: { ...process.env, ...env, HOLDFAST_HOME: run.home, HOLDFAST_CPU_RUNS: '1' },
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return { child, ended };
}

export async function runEngine(run: TestRun): Promise<Ended> {
  return startEngineProcess(run).ended;
}

export function readEvents(run: TestRun): Event[] {
  if (!existsSync(run.paths.events)) return [];
  const lines = readFileSync(run.paths.events, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const decoded = decodeEventLine(line);
    if (decoded.kind !== 'event') throw new Error(`not an event: ${line.slice(0, 200)}`);
    return decoded.event;
  });
}

export function eventsOf<Type extends Event['type']>(run: TestRun, type: Type): EventOf<Type>[] {
  return readEvents(run).filter((event): event is EventOf<Type> => event.type === type);
}

/** Waits until an event is there; fails with the log's end when the engine ends first. */
export async function waitForEvent(
  run: TestRun,
  ended: Promise<Ended>,
  isIt: (event: Event) => boolean,
): Promise<void> {
  let over: Ended | undefined;
  void ended.then((how) => (over = how));
  while (!readEvents(run).some(isIt)) {
    if (over !== undefined) throw new Error(`the engine ended first: ${JSON.stringify(over)}`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}
