import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resumeProblem, resumeRun } from '../../src/launch/resumeRun.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { stopRun } from '../../src/launch/stopRun.ts';
import { BUSY, eventsOf, fakeEngine, hasEnded, makeRun, processOf, sweep } from './fakeRuns.ts';

const PATIENCE = { timeout: 120_000 };

describe('resumeRun', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeRun();
  });
  afterEach(() => sweep(folder));

  test('a stopped run goes on from its checkpoint as attempt 2, with seq unbroken and old commands ignored', async () => {
    await startEngine({ folder, engine: fakeEngine(...BUSY) });
    await vi.waitUntil(() => eventsOf(folder).some(({ type }) => type === 'stepped'), PATIENCE);
    await stopRun(folder, { graceSeconds: 30 });
    const saved = eventsOf(folder).findLast((event) => event.type === 'saved');
    const steps = String((saved?.step ?? 0) + 2);

    const { process: engine } = await resumeRun({
      folder,
      status: 'stopped',
      engine: fakeEngine('--steps', steps),
    });

    expect(engine.attempt).toBe(2);
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    const events = eventsOf(folder);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)).toMatchObject({ type: 'finished' });
    expect(events.findLast((event) => event.type === 'started')).toMatchObject({
      resumed_from_step: saved?.step,
    });
  });

  test.each([
    ['killed', '--kill-at'],
    ['killed within a line', '--tear-at'],
  ])('a run that was %s goes on, and every line is whole', async (_name, flag) => {
    await startEngine({ folder, engine: fakeEngine(flag, '2') });
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8').endsWith('\n')).toBe(flag === '--kill-at');
    await resumeRun({ folder, status: 'lost', engine: fakeEngine('--steps', '3') });
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(eventsOf(folder).length);
    expect(
      eventsOf(folder)
        .filter((event) => event.type === 'hello')
        .map(({ attempt }) => attempt),
    ).toEqual([1, 2]);
  });

  test('a finished run, a living one and a broken one are refused', async () => {
    expect(resumeProblem(folder, 'finished')).toMatch(/is finished; start a new run to train on\.$/);
    await startEngine({ folder, engine: fakeEngine(...BUSY) });
    const attempt = resumeRun({ folder, status: 'running', engine: fakeEngine() });
    await expect(attempt).rejects.toThrow(/is still running; stop it before resuming it\.$/);
    rmSync(join(folder, 'run.json'));
    expect(resumeProblem(folder, 'lost')).toMatch(/is no run folder/);
  });

  test('a run elsewhere is refused while its heart beats', async () => {
    await startEngine({ folder, engine: fakeEngine('--steps', '1') });
    await vi.waitUntil(() => hasEnded(folder), PATIENCE);
    writeFileSync(
      join(folder, 'process.json'),
      JSON.stringify({ ...processOf(folder), hostname: 'elsewhere.example' }),
    );
    const beat = (age: number): void => {
      const then = Date.now() / 1_000 - age;
      utimesSync(join(folder, 'heartbeat'), then, then);
    };
    beat(30);
    expect(resumeProblem(folder, 'running')).toMatch(/still running on another machine/);
    beat(61);
    expect(resumeProblem(folder, 'unknown')).toBeUndefined();
  });
});
