import {
  appendFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createRun } from '../../src/launch/createRun.ts';
import { changeNotes } from '../../src/launch/notes.ts';
import { createRunFeed, type RunFeed } from '../../src/launch/runFeed.ts';
import type { KnownRun } from '../../src/launch/runWatch.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { waitUntil } from '../../src/launch/waiting.ts';
import { toArray } from '../../src/runs/series.ts';
import { scratch } from '../folder/bundle.ts';
import { fakeEngine, makeProject, makeRun, processOf, sweep } from './fakeRuns.ts';

const feeds: RunFeed[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.dispose();
  for (const folder of folders.splice(0)) sweep(folder);
});

function follow(...roots: string[]): RunFeed {
  const feed = createRunFeed();
  feeds.push(feed);
  feed.setRoots(roots);
  return feed;
}

/** Waits for what a run of the feed shall come to. */
async function until(feed: RunFeed, folder: string, holds: (run: KnownRun) => boolean): Promise<KnownRun> {
  const isSo = (): boolean => {
    const run = feed.get(folder);
    return run !== undefined && holds(run);
  };
  if (!(await waitUntil(isSo, 20)))
    throw new Error(`never came: ${JSON.stringify(feed.get(folder) ?? null).slice(0, 2_000)}`);
  return feed.get(folder)!;
}

const rootOf = (folder: string): string => dirname(dirname(folder));
const line = (event: object): string => `${JSON.stringify(event)}\n`;
const hello = (attempt = 1, seq = 0): string =>
  line({
    seq, time: '2026-01-01T00:00:00.000Z', type: 'hello', protocol: '1.0', attempt, engine: 'fake', engine_version: '0', versions: {},
    pid: 1, device: { name: 'x', kind: 'cpu', memory_bytes: 1 }, backend: 'b', dtype: 'float32', world_size: 1,
  }); // prettier-ignore
const warned = (seq: number, message = 'm'): string =>
  line({ seq, time: '2026-01-01T00:00:00.000Z', type: 'warned', code: 'c', message });
const stopped = (seq: number): string =>
  line({ seq, time: '2026-01-01T00:00:00.000Z', type: 'stopped', step: 0, reason: 'r' });

test('a run that somebody else starts appears by itself and is followed to its end', async () => {
  const folder = await makeRun();
  folders.push(folder);
  const feed = follow(rootOf(folder));
  const told: string[] = [];
  feed.onDidChange((changed) => told.push(...changed));
  await until(feed, folder, ({ file, isRead }) => file !== undefined && isRead);
  await startEngine({ folder, engine: fakeEngine('--steps', '8') });
  const run = await until(feed, folder, ({ status }) => status === 'finished');
  expect(toArray(run.state.steps).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(told)).toEqual(new Set([folder]));
});

test('a folder of runs that is not there yet is found when it comes', async () => {
  const project = scratch();
  const feed = follow(join(project, '.holdfast'));
  expect(feed.all()).toEqual([]);
  const { config, configFile } = makeProject();
  const { folder } = await createRun({
    root: join(project, '.holdfast'),
    config,
    origins: {},
    configFile,
    versions: {},
  });
  const run = await until(feed, folder, ({ file }) => file !== undefined);
  expect(run.id).toBe(basename(folder));
  expect(run.status).toBe('starting');
});

test('a killed engine is lost; notes, a resumed run, a renamed and a removed one are seen', async () => {
  const folder = await makeRun();
  folders.push(folder);
  const feed = follow(rootOf(folder));
  await startEngine({ folder, engine: fakeEngine('--steps', '100000') });
  await until(feed, folder, ({ status, state }) => status === 'running' && state.step > 1);
  process.kill(processOf(folder).pid, 'SIGKILL');
  await until(feed, folder, ({ status }) => status === 'lost');
  changeNotes(folder, { label: 'first try' });
  await until(feed, folder, ({ notes }) => notes.label === 'first try');
  await startEngine({ folder, engine: fakeEngine('--steps', '5') });
  await until(feed, folder, ({ status, state }) => status === 'finished' && state.attempt === 2);
  const renamed = `${folder}x`;
  renameSync(folder, renamed);
  await until(feed, renamed, ({ status }) => status === 'finished');
  expect(feed.get(folder)).toBeUndefined();
  rmSync(renamed, { recursive: true });
  expect(await waitUntil(() => feed.all().length === 0, 10)).toBe(true);
});

test('a torn line waits, damaged and endless ones are counted, a cut file is read anew', async () => {
  const folder = await makeRun();
  const events = join(folder, 'events.jsonl');
  const feed = follow(rootOf(folder));
  const torn = warned(1, 'whole');
  writeFileSync(events, hello() + torn.slice(0, 20));
  await until(feed, folder, ({ state }) => state.attempt === 1);
  expect(feed.get(folder)?.state.warnings.length).toBe(0);
  appendFileSync(events, torn.slice(20));
  await until(feed, folder, ({ state }) => state.warnings.length === 1);
  appendFileSync(events, `${'x'.repeat(10_000_000)}\nnoise\n${warned(2)}`);
  const run = await until(feed, folder, ({ state }) => state.warnings.length === 2);
  expect(run.damage).toMatch(/^2 lines of events.jsonl cannot be read and are left out \(line 3 longer than/);
  truncateSync(events, Buffer.byteLength(hello()));
  appendFileSync(events, warned(1, 'other'));
  const again = await until(feed, folder, ({ state }) => state.warnings.length === 1);
  expect(toArray(again.state.warnings)[0]?.message).toBe('other');
});

test('broken, foreign and future runs stand beside the good ones, each with its sentence', async () => {
  const good = await makeRun();
  const runs = dirname(good);
  for (const name of ['empty', 'future', 'newer']) mkdirSync(join(runs, name));
  writeFileSync(join(runs, 'future', 'run.json'), '{"protocol":"7.0","all":"different"}');
  cpSync(join(good, 'run.json'), join(runs, 'newer', 'run.json'));
  writeFileSync(join(runs, 'newer', 'events.jsonl'), hello().replace('"1.0"', '"9.0"'));
  const elsewhere = await makeRun();
  symlinkSync(elsewhere, join(runs, 'z-link'));
  const feed = follow(rootOf(good));
  const problemOf = async (name: string): Promise<string | undefined> =>
    (await until(feed, join(runs, name), ({ problem }) => problem !== undefined)).problem;
  expect(await problemOf('empty')).toMatch(/no run.json/);
  expect(await problemOf('future')).toMatch(/protocol 7.0.*matching version/);
  expect(await problemOf('newer')).toMatch(/protocol 9.0.*matching version/);
  expect(await problemOf('z-link')).toMatch(/remove the link/);
  expect((await until(feed, good, ({ isRead }) => isRead)).problem).toBeUndefined();
  // Mended, it is shown like any other.
  cpSync(join(good, 'run.json'), join(runs, 'empty', 'run.json'));
  await until(feed, join(runs, 'empty'), ({ problem, file }) => problem === undefined && file !== undefined);
});

test('an events file that leads out of its folder is not read', async () => {
  const folder = await makeRun();
  const secret = join(scratch(), 'events.jsonl');
  writeFileSync(secret, hello() + stopped(1));
  symlinkSync(secret, join(folder, 'events.jsonl'));
  const feed = follow(rootOf(folder));
  const run = await until(feed, folder, ({ problem }) => problem !== undefined);
  expect(run.state.attempt).toBe(0);
});

test('an old run that nobody has begun is lost, and an ended one says so without its process', async () => {
  const old = await makeRun();
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(join(old, 'run.json'), past, past);
  const ended = await makeRun();
  writeFileSync(join(ended, 'events.jsonl'), hello() + stopped(1));
  const feed = follow(rootOf(old), rootOf(ended));
  await until(feed, old, ({ status }) => status === 'lost');
  await until(feed, ended, ({ status }) => status === 'stopped');
  feed.setRoots([rootOf(ended)]);
  expect(feed.get(old)).toBeUndefined();
  expect(feed.all().map(({ folder }) => folder)).toEqual([ended]);
});

test('what was followed is let go of: no watcher, timer or piece of work stays', async () => {
  const folder = await makeRun();
  const before = process
    .getActiveResourcesInfo()
    .filter((name) => /FSEvent|Timeout|Immediate/.test(name))
    .sort();
  const feed = follow(rootOf(folder));
  await until(feed, folder, ({ isRead }) => isRead);
  const listener = feed.onDidChange(() => undefined);
  expect(feed.listenerCount()).toBe(1);
  listener.dispose();
  expect(feed.listenerCount()).toBe(0);
  feed.dispose();
  const after = (): string[] =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /FSEvent|Timeout|Immediate/.test(name))
      .sort();
  expect(await waitUntil(() => after().length <= before.length, 10)).toBe(true);
});
