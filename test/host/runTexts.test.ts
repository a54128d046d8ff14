import { describe, expect, it } from 'vitest';
import { runDescription, runLabel } from '../../src/host/explorer/runTexts.ts';
import { shortTime } from '../../src/host/timestamps.ts';
import { runView } from '../../src/runs/runView.ts';
import { score, stateAfter, timeAt, type Said } from '../runs/events.ts';
import { BEGIN, fileOf, knownRun } from './knownRun.ts';

describe('what a run is called', () => {
  const time = shortTime(timeAt(0));

  it('is its name, wherever it stands', () => {
    const notes = { label: 'Mine' };
    expect(runLabel(knownRun(undefined, { notes, status: 'running' }))).toBe('Mine');
    expect(runLabel(knownRun(undefined, { notes, file: undefined }))).toBe('Mine');
  });

  it('is when it began, in a group that says of which config', () => {
    expect(runLabel(knownRun(undefined, { status: 'finished' }))).toBe(time);
  });

  it('is config and time among those at work, whose group says nothing of configs', () => {
    expect(runLabel(knownRun(undefined, { status: 'running' }))).toBe(`support, ${time}`);
    const windows = fileOf({ config_file: 'C:\\a\\b v1.2.sft.yml' });
    expect(runLabel(knownRun(undefined, { status: 'paused', file: windows }))).toBe(`b v1.2, ${time}`);
    const none = fileOf({ config_file: null });
    expect(runLabel(knownRun(undefined, { status: 'running', file: none }))).toBe(time);
  });

  it('is its folder’s where nothing can be read', () => {
    expect(runLabel(knownRun(undefined, { id: 'x', file: undefined }))).toBe('x');
  });
});

describe('how it goes', () => {
  const described = (...said: Said[]): string => runDescription(runView(knownRun(stateAfter(...said))));
  const evaluated = (step: number, held: number): Said => ['evaluated', { step, held: score(held, 100) }, 20];

  it.each<[string, Said[], string]>([
    ['of which nothing was heard', [], 'starting · SFT'],
    [
      'that loads its model',
      [['hello'], ['progressed', { phase: 'loading' }]],
      'starting · loading the model · SFT',
    ],
    ['that has begun', [...BEGIN], '0/100 · SFT'],
    [
      'in the middle',
      [
        ...BEGIN,
        evaluated(0, 100),
        ['stepped', { step: 1 }, 30],
        ['stepped', { step: 10 }, 48],
        evaluated(10, 97),
      ],
      '10/100 · held 0.970 · forgot 3.0 % · 3:00 left · SFT',
    ],
    ['that is paused', [...BEGIN, ['paused', { step: 4 }]], 'paused · 4/100 · SFT'],
    [
      'at its end',
      [...BEGIN, evaluated(100, 90), ['finished', { step: 100 }]],
      '100/100 · held 0.900 · forgot 0.0 % · SFT',
    ],
    ['that failed', [...BEGIN, ['failed', {}]], 'failed · 0/100 · SFT'],
  ])('is told of a run %s', (_name, said, expected) => {
    expect(described(...said)).toBe(expected);
  });

  it('ends with the method, and has no end where that is not known', () => {
    const distilled = fileOf({}, { self_distill: {} });
    expect(runDescription(runView(knownRun(stateAfter(...BEGIN), { file: distilled })))).toBe(
      '0/100 · self-distill',
    );
    expect(runDescription(runView(knownRun(stateAfter(...BEGIN), { file: undefined })))).toBe('0/100');
  });

  const waits: Said = ['progressed', { phase: 'waiting', waiting_for: '/runs/other' }];

  it('says for whom it waits, and no more', () => {
    expect(described(['hello'], waits)).toBe('waiting for the device, which works for other · SFT');
  });

  // Regression: a run that was resumed knows its number of steps from the attempt before, so what it is busy with is left out, and so is
  // the state: nothing says that it waits.
  it('says that it waits also where it was resumed', () => {
    expect(described(...BEGIN, ['stopped', {}], ['hello', { attempt: 2 }], waits)).toContain('waiting');
  });
});
