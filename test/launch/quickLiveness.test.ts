import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { currentIdentity } from '../../src/folder/identity.ts';
import { quickLiveness } from '../../src/launch/quickLiveness.ts';
import { livenessOfRun } from '../../src/launch/runReader.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { scratch } from '../folder/bundle.ts';
import { fakeEngine, makeRun, processOf } from './fakeRuns.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeRun();
});

/** What an engine would have left; `silence`: seconds since its heartbeat. */
function claim(change: object, silence: number | undefined): void {
  const engine = { protocol: '1.0', token: 't', engine: 'fake', engine_version: '0', attempt: 1 };
  writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...currentIdentity(), ...engine, ...change }));
  const heartbeat = join(folder, 'heartbeat');
  if (silence === undefined) {
    rmSync(heartbeat, { force: true });
    return;
  }
  writeFileSync(heartbeat, '');
  const then = Date.now() / 1_000 - silence;
  utimesSync(heartbeat, then, then);
}

function isInUse(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Larger than any pid on any system. */
const NOBODY = 2 ** 30;

test.each<[string, object, number | undefined, string]>([
  ['a fresh heartbeat and a pid in use', {}, 1, 'alive'],
  // The one thing that it does not look up: a pid that was taken over within seconds.
  ['a fresh heartbeat, the start not looked up', { process_start: 'not looked up' }, 1, 'alive'],
  ['an old heartbeat, another process of that pid', { process_start: 'earlier' }, 20, 'gone'],
  ['an old heartbeat of a living engine (a busy disk)', {}, 20, 'alive'],
  ['no heartbeat, another process of that pid', { process_start: 'earlier' }, undefined, 'gone'],
  ['a fresh heartbeat, a pid that is free', { pid: NOBODY }, 1, 'gone'],
  ['a fresh heartbeat from elsewhere, a pid in use here', { hostname: 'elsewhere.example' }, 1, 'elsewhere'],
  ['a process.json that cannot be read', { pid: -1 }, 1, 'none'],
])('%s: %3$s', (_name, change, silence, expected) => {
  claim(change, silence);
  expect(quickLiveness(folder).process).toBe(expected);
});

test('it tells the same ages as the slow way', () => {
  claim({}, 5);
  const [quick, slow] = [quickLiveness(folder), livenessOfRun(folder)];
  expect(quick.heartbeat_age_seconds).toBeCloseTo(slow.heartbeat_age_seconds ?? NaN, 0);
  expect(quick.run_age_seconds).toBeCloseTo(slow.run_age_seconds ?? NaN, 0);
});

test('before an engine came, and where no run is, there is none', () => {
  expect(quickLiveness(folder)).toMatchObject({ process: 'none', heartbeat_age_seconds: undefined });
  expect(quickLiveness(join(scratch(), 'nowhere')).process).toBe('none');
});

test('an engine that has just ended is gone, though its heartbeat is fresh', async () => {
  await startEngine({ folder, engine: fakeEngine('--steps', '1') });
  // Ended, and its pid given back: until then a zombie holds it, which the quick look takes for the engine.
  await vi.waitUntil(() => !isInUse(processOf(folder).pid), { timeout: 120_000 });
  utimesSync(join(folder, 'heartbeat'), new Date(), new Date());
  expect(quickLiveness(folder).process).toBe('gone');
});
