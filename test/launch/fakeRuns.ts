import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { livenessOf } from '../../src/folder/identity.ts';
import { processTable } from '../../src/folder/platform/processTable.ts';
import { createRun } from '../../src/launch/createRun.ts';
import { holdfastFolderFor } from '../../src/launch/findRoot.ts';
import { readProcessFile } from '../../src/launch/runReader.ts';
import type { EngineProgram } from '../../src/launch/startEngine.ts';
import { decodeEventLine } from '../../src/protocol/decode.ts';
import type { Event } from '../../src/protocol/events.ts';
import { RunConfigSchema, type RunConfig } from '../../src/protocol/runConfig.ts';
import type { ProcessFile } from '../../src/protocol/runFiles.ts';
import { scratch } from '../folder/bundle.ts';

const FAKE_ENGINE = join(import.meta.dirname, '..', 'fakes', 'fakeEngine.mjs');

/** The fake engine with some misbehaviour; its file lists the flags. */
export function fakeEngine(...flags: string[]): EngineProgram {
  return { command: process.execPath, args: [FAKE_ENGINE, ...flags] };
}

/** An engine that would work for minutes. */
export const BUSY = ['--steps', '100000'];

export interface FakeProject {
  folder: string;
  configFile: string;
  config: RunConfig;
}

/** A project folder with a config and a data file. */
export function makeProject(): FakeProject {
  const folder = scratch();
  const configFile = join(folder, 'support.sft.yaml');
  const data = join(folder, 'rows.jsonl');
  writeFileSync(configFile, 'version: 1\n');
  writeFileSync(data, '{"prompt":"a","completion":"b"}\n');
  const config = RunConfigSchema.parse({
    version: 1,
    model_name_or_path: join(folder, 'model'),
    train_file: data,
  });
  return { folder, configFile, config };
}

/** The folder of a new run in a project of its own. */
export async function makeRun(): Promise<string> {
  const { configFile, config } = makeProject();
  const root = holdfastFolderFor(configFile);
  const { folder } = await createRun({ root, config, origins: {}, configFile, versions: { holdfast: '0' } });
  return folder;
}

/** The events of a run that are events. */
export function eventsOf(folder: string): Event[] {
  const path = join(folder, 'events.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines.map(decodeEventLine).flatMap((line) => (line.kind === 'event' ? [line.event] : []));
}

export function processOf(folder: string): ProcessFile {
  const read = readProcessFile(folder);
  if (read === undefined || 'problem' in read) throw new Error(`no readable process.json in ${folder}`);
  return read.value;
}

export function isAlive(pid: number): boolean {
  const entry = processTable().entryOf(pid);
  return entry !== undefined && !entry.zombie;
}

export function hasEnded(folder: string): boolean {
  return livenessOf(processOf(folder)) === 'gone';
}

/** The process that a fake engine started under --grandchild; undefined until it is there. */
export function grandchildOf(folder: string): number | undefined {
  const path = join(folder, 'grandchild.pid');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text === '' ? undefined : Number(text);
}

/** Ends what a test left running on a run folder, and nothing else. */
export function sweep(folder: string): void {
  const engines = processTable()
    .list()
    .filter(({ commandLine }) => commandLine.includes(`${folder} --token`));
  const pids = [...engines.map(({ pid }) => pid), grandchildOf(folder) ?? 0];
  for (const pid of pids.filter((pid) => pid > 0 && isAlive(pid))) process.kill(pid, 'SIGKILL');
}
