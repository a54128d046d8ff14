import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { currentIdentity } from '../../src/folder/identity.ts';
import { listRuns } from '../../src/launch/findRuns.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { stopRun } from '../../src/launch/stopRun.ts';
import { emptyTrash, restoreRun, trashRun } from '../../src/launch/trash.ts';
import { scratch } from '../folder/bundle.ts';
import { BUSY, eventsOf, fakeEngine, hasEnded, makeRun, sweep } from './fakeRuns.ts';

const rootOf = (folder: string): string => dirname(dirname(folder));
const trashOf = (folder: string): string => join(rootOf(folder), 'trash');

/** What an engine elsewhere has left in a run folder; `silence`: seconds since its last heartbeat. */
function claimElsewhere(folder: string, silence: number): void {
  const engine = { protocol: '1.0', token: 't', engine: 'fake', engine_version: '0', attempt: 1 };
  const identity = { ...currentIdentity(), hostname: 'elsewhere.example', ...engine };
  writeFileSync(join(folder, 'process.json'), JSON.stringify(identity));
  writeFileSync(join(folder, 'heartbeat'), '');
  const then = Date.now() / 1_000 - silence;
  utimesSync(join(folder, 'heartbeat'), then, then);
}

describe('trashRun', () => {
  test('moves a run out of sight, whole, and Undo brings it back', async () => {
    const folder = await makeRun();
    writeFileSync(join(folder, 'events.jsonl'), 'everything it said');
    const before = readdirSync(folder).sort();

    const trashed = trashRun(folder);

    expect(trashed).toBe(join(trashOf(folder), basename(folder)));
    expect(listRuns(rootOf(folder))).toEqual([]);
    expect(readdirSync(trashed).sort()).toEqual(before);

    restoreRun(trashed, folder);
    expect(listRuns(rootOf(folder)).map(({ id }) => id)).toEqual([basename(folder)]);
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8')).toBe('everything it said');
    expect(existsSync(trashed)).toBe(false);
  });

  test('refuses a run that is going on, and takes it once it has stopped', async () => {
    const folder = await makeRun();
    try {
      await startEngine({ folder, engine: fakeEngine(...BUSY) });
      expect(() => trashRun(folder)).toThrow(
        `Run ${basename(folder)} is still running: stop it before you delete it.`,
      );
      expect(existsSync(join(folder, 'run.json'))).toBe(true);
      await stopRun(folder, { graceSeconds: 30 });
      await vi.waitUntil(() => hasEnded(folder), { timeout: 120_000 });
      expect(eventsOf(trashRun(folder)).at(-1)?.type).toBe('stopped');
    } finally {
      sweep(folder);
    }
  });

  test('takes an engine elsewhere at its heartbeat: fresh is running, silent for long is not', async () => {
    const folder = await makeRun();
    claimElsewhere(folder, 30);
    expect(() => trashRun(folder)).toThrow('is still running');
    claimElsewhere(folder, 61);
    expect(existsSync(trashRun(folder))).toBe(true);
  });

  test('keeps both where a run of that name lies in the trash already', async () => {
    const folder = await makeRun();
    const id = basename(folder);
    const places = ['first', 'second', 'third'].map((content) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'events.jsonl'), content);
      return trashRun(folder);
    });
    expect(places.map((place) => basename(place))).toEqual([id, `${id}.2`, `${id}.3`]);
    expect(places.map((place) => readFileSync(join(place, 'events.jsonl'), 'utf8'))).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  test('a folder that cannot be moved is one sentence, and stays where it is', async () => {
    const folder = await makeRun();
    writeFileSync(trashOf(folder), 'a file');
    expect(() => trashRun(folder)).toThrow(/^Cannot delete .*: .*\.$/);
    expect(existsSync(join(folder, 'run.json'))).toBe(true);
    const gone = join(scratch(), 'runs', 'gone');
    expect(() => trashRun(gone)).toThrow(`Cannot delete ${gone}: it does not exist; correct the path.`);
  });
});

describe('restoreRun', () => {
  test('overwrites no run that has the name by now', async () => {
    const folder = await makeRun();
    const trashed = trashRun(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), '');
    expect(() => restoreRun(trashed, folder)).toThrow(/^Cannot restore .*is there again; rename it first\.$/);
    expect(readdirSync(folder)).toEqual(['mine']);
    expect(existsSync(join(trashed, 'run.json'))).toBe(true);
  });

  test('says so where the trash was emptied meanwhile', async () => {
    const folder = await makeRun();
    const trashed = trashRun(folder);
    rmSync(trashed, { recursive: true });
    expect(() => restoreRun(trashed, folder)).toThrow(/^Cannot restore .*: it does not exist; .*\.$/);
  });
});

describe('emptyTrash', () => {
  const DAY = 86_400_000;

  test('removes for good what has lain there for a month, and nothing else', async () => {
    const folder = await makeRun();
    const trashed = trashRun(folder);
    emptyTrash(rootOf(folder));
    emptyTrash(rootOf(folder), Date.now() + 29 * DAY);
    expect(existsSync(join(trashed, 'run.json'))).toBe(true);
    emptyTrash(rootOf(folder), Date.now() + 31 * DAY);
    expect(readdirSync(trashOf(folder))).toEqual([]);
    expect(readdirSync(dirname(folder))).toEqual([]);
  });

  test('a month begins when a run is deleted, however old the run is', async () => {
    const folder = await makeRun();
    // As a run of last year: nobody has touched its folder since.
    const lastYear = new Date(Date.now() - 365 * DAY);
    utimesSync(folder, lastYear, lastYear);
    const trashed = trashRun(folder);
    emptyTrash(rootOf(folder));
    expect(existsSync(trashed)).toBe(true);
  });

  test('is content where there is no trash', () => {
    expect(() => emptyTrash(join(scratch(), 'nowhere'))).not.toThrow();
  });
});
