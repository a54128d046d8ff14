import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/host/contributions.ts';
import { newsBetween, seenOf, type News } from '../../src/host/news.ts';
import type { KnownRun } from '../../src/launch/runWatch.ts';
import { score, stateAfter, type Said } from '../runs/events.ts';
import { BEGIN, fileOf, knownRun } from './knownRun.ts';

const known = (said: readonly Said[], over: Partial<KnownRun> = {}): KnownRun =>
  knownRun(stateAfter(...said), over);
const between = (before: KnownRun, now: KnownRun): News[] => newsBetween(seenOf(before), seenOf(now), now);
const held = (step: number, correct: number): Said => ['evaluated', { step, held: score(correct, 100) }];

const running = known(BEGIN);

describe('what a run does', () => {
  it('is no news while it is what everybody sees', () => {
    for (const said of [
      [...BEGIN, ['stepped', {}] as Said],
      [...BEGIN, ['paused', {}] as Said],
      [...BEGIN, ['stopped', {}] as Said],
      [...BEGIN, ['warned', {}] as Said],
      [...BEGIN, held(0, 100), held(5, 96)],
    ])
      expect(between(running, known(said))).toEqual([]);
  });

  it('is told when it is finished, with what it cost', () => {
    const end: Said = ['finished', { step: 100 }];
    expect(between(running, known([...BEGIN, end]))).toEqual([
      {
        kind: 'finished',
        message: 'Run "support" is finished.',
        actions: [{ title: 'Open Run', command: COMMANDS.openRun }],
      },
    ]);
    const [news] = between(running, known([...BEGIN, held(0, 100), held(100, 97), end]));
    expect(news?.message).toBe('Run "support" is finished; it forgot 3.0 % of what it knew.');
  });

  it('is told when it failed, with what the engine said', () => {
    const failed = known([...BEGIN, ['failed', { message: 'No memory: use a smaller batch.' }]]);
    expect(between(running, failed)).toMatchObject([
      {
        kind: 'failed',
        message: 'Run "support" failed: No memory: use a smaller batch.',
        actions: [{ command: COMMANDS.openLog }, { command: COMMANDS.resume }],
      },
    ]);
  });

  it('is told when its engine is gone', () => {
    const [news, ...more] = between(running, known(BEGIN, { status: 'lost' }));
    expect(more).toEqual([]);
    expect(news).toMatchObject({
      kind: 'lost',
      actions: [{ command: COMMANDS.resume }, { command: COMMANDS.openLog }],
    });
    expect(news?.message).toMatch(/^The engine of run "support" is gone without a last word/);
  });

  it('is told once: at a second look nothing has changed', () => {
    for (const said of [
      [...BEGIN, ['finished', { step: 100 }] as Said],
      [...BEGIN, ['failed', {}] as Said],
      [...BEGIN, held(0, 100), held(5, 50)],
    ])
      expect(between(known(said), known(said))).toEqual([]);
  });

  it('is told again when it is resumed and fails again', () => {
    const again: Said[] = [...BEGIN, ['failed', {}], ['hello', { attempt: 2 }], ['started', {}]];
    expect(between(known([...BEGIN, ['failed', {}]]), known(again))).toEqual([]);
    expect(between(known(again), known([...again, ['failed', {}]])).map(({ kind }) => kind)).toEqual([
      'failed',
    ]);
  });

  it('calls it by its name', () => {
    const over = { notes: { label: 'Mine' } };
    expect(between(running, known([...BEGIN, ['finished', {}]], over))[0]?.message).toContain('"Mine"');
  });
});

describe('forgetting above the limit', () => {
  const limited = (limit: number, ...said: Said[]): KnownRun =>
    known([...BEGIN, ...said], { file: fileOf({}, { probes: { max_forgetting: limit } }) });

  it('is told when it is crossed, with both numbers and a way to stop', () => {
    const [before, now] = [limited(0.1, held(0, 100)), limited(0.1, held(0, 100), held(5, 85))];
    expect(between(before, now)).toEqual([
      {
        kind: 'limit',
        message:
          'Run "support" has forgotten 15.0 % of what it knew, more than the 10.0 % it may (max_forgetting).',
        actions: [
          { title: 'Stop and Save', command: COMMANDS.stop },
          { title: 'Open Run', command: COMMANDS.openRun },
        ],
      },
    ]);
  });

  it('is not told at the limit itself, nor while it stays above, and is told when it is crossed again', () => {
    const curve = [100, 90, 80, 70, 95, 60].map((correct, index) => held(index, correct));
    const told = curve.map(
      (_, index) =>
        between(limited(0.1, ...curve.slice(0, index)), limited(0.1, ...curve.slice(0, index + 1))).length,
    );
    expect(told).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it('is not told of a run that has just ended: that news says it', () => {
    const now = limited(0.1, held(0, 100), held(5, 50), ['finished', { step: 100 }]);
    expect(between(limited(0.1, held(0, 100)), now).map(({ kind }) => kind)).toEqual(['finished']);
  });

  it('has no limit where nothing is known of the config', () => {
    const unknown = (...said: Said[]): KnownRun => known([...BEGIN, ...said], { file: undefined });
    expect(between(unknown(held(0, 100)), unknown(held(0, 100), held(5, 0)))).toEqual([]);
  });
});
