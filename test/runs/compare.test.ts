import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunConfigSchema } from '../../src/protocol/runConfig.ts';
import type { ProbeFact } from '../../src/protocol/runFiles.ts';
import { compareRuns, type ComparedRun } from '../../src/runs/compare.ts';
import { foldRun } from '../../src/runs/foldText.ts';
import { initialState } from '../../src/runs/runState.ts';
import { score, stateAfter, type Said } from './events.ts';

/** Held facts 0, 1, 2 ... of one probe set: `+` right, `-` wrong. */
const facts = (answers: string, over: Partial<ProbeFact> = {}): ProbeFact[] =>
  Array.from(answers, (answer, index) => ({
    id: String(index),
    set: 'held',
    source: 'general',
    question: '?',
    answers: ['!'],
    correct: answer === '+',
    lost: false,
    answer: null,
    before: null,
    ...over,
  }));
const run = (id: string, more: Partial<ComparedRun> = {}): ComparedRun => ({
  id,
  label: id,
  state: initialState(),
  ...more,
});
const seeded = (seed: number): Partial<ComparedRun> => ({
  config: RunConfigSchema.parse({ version: 1, model_name_or_path: 'm', train_file: 't', seed }),
});

const about = (value: number): unknown => expect.closeTo(value, 9);

describe('a row', () => {
  const rowOf = (...said: Said[]) => compareRuns([run('a', { state: stateAfter(...said) })]).rows[0];

  it('of a run that said nothing guesses nothing', () => {
    expect(compareRuns([run('a')]).rows).toEqual([
      {
        id: 'a',
        label: 'a',
        status: 'starting',
        seed: undefined,
        steps: 0,
        known: undefined,
        new: undefined,
        held: undefined,
        forgetting: undefined,
        equalAcquisition: { kind: 'not reached', best: undefined },
        trainableParameters: undefined,
        totalParameters: undefined,
        medianSecondsPerStep: undefined,
        peakMemoryBytes: undefined,
      },
    ]);
  });

  it('gathers a whole run', () => {
    const text = readFileSync(new URL('../wire/full-run.jsonl', import.meta.url), 'utf8');
    const [row] = compareRuns([run('a', { label: 'SFT', state: foldRun(text), ...seeded(0) })]).rows;
    expect(row).toMatchObject({
      label: 'SFT',
      status: 'finished',
      seed: 0,
      steps: 8,
      known: { correct: 16, total: 16, interval: { high: 1 } },
      new: { correct: 16, total: 16 },
      held: { correct: 35, total: 40 },
      forgetting: { relative: 0.125, points: 0.125, lost: 5, gained: 0, net: -5, referenceStep: 0 },
      // New EM 13/16 at step 6 (epoch 2), 16/16 at step 8 (epoch 3): a whole epoch lies between.
      equalAcquisition: { kind: 'too coarse', gapEpochs: 1 },
      trainableParameters: 1_049_088,
      // Gaps of 1.5 1.5 1.5 3.55 4.5 s, a pause and a night.
      medianSecondsPerStep: about(3.55),
      peakMemoryBytes: 734_003_200 + 8 * 1_024,
    });
  });

  it('reads forgetting at equal acquisition from the definition', () => {
    const row = rowOf(
      ['evaluated', { step: 0, epoch: 0, new: score(0, 10), held: score(100, 100) }],
      ['evaluated', { step: 5, epoch: 0.5, new: score(8, 10), held: score(90, 100) }],
      ['evaluated', { step: 9, epoch: 0.9, new: score(10, 10), held: score(70, 100) }],
    );
    expect(row?.equalAcquisition).toEqual({
      kind: 'reached',
      step: about(7),
      epoch: about(0.7),
      heldEm: about(0.8),
      forgetting: about(0.2),
      between: { below: 1, above: 2, share: about(0.5) },
    });
  });

  it('leaves out a set without facts', () => {
    expect(rowOf(['evaluated', { new: score(0, 0), held: score(3, 4) }])).toMatchObject({
      new: undefined,
      held: { correct: 3, total: 4 },
    });
  });
});

describe('a pair', () => {
  const pairs = (...runs: ComparedRun[]) => compareRuns(runs).pairs;

  it('counts the facts only one run got right', () => {
    const [pair] = pairs(run('a', { facts: facts('+++++--+') }), run('b', { facts: facts('-----+--') }));
    expect(pair).toEqual({
      first: 'a',
      second: 'b',
      shared: 8,
      onlyFirst: 6,
      onlySecond: 1,
      p: about(0.125),
      adjustedP: about(0.125),
    });
  });

  it('is made of facts asked of both, whatever their order', () => {
    const [pair] = pairs(run('a', { facts: facts('++-') }), run('b', { facts: facts('-+-++').toReversed() }));
    expect(pair).toMatchObject({ shared: 3, onlyFirst: 1, onlySecond: 0 });
  });

  it('leaves out facts that are not held, and tells probe sets apart', () => {
    const mixed = [
      ...facts('+'),
      ...facts('-', { source: 'other' }),
      ...facts('+', { set: 'new', source: 'train' }),
    ];
    const [pair] = pairs(run('a', { facts: mixed }), run('b', { facts: mixed }));
    expect(pair).toMatchObject({ shared: 2, onlyFirst: 0, onlySecond: 0, p: 1 });
  });

  it('adjusts for the number of pairs', () => {
    const found = pairs(
      run('a', { facts: facts('++++++') }),
      run('b', { facts: facts('------') }),
      run('c', { facts: facts('++++++') }),
    );
    expect(found.map((pair) => [pair.first, pair.second, pair.p, pair.adjustedP])).toEqual([
      ['a', 'b', about(0.031_25), about(0.093_75)],
      ['a', 'c', 1, 1],
      ['b', 'c', about(0.031_25), about(0.093_75)],
    ]);
  });

  it('is made within a seed only, and not without facts', () => {
    const found = pairs(
      run('a', { facts: facts('+'), ...seeded(1) }),
      run('b', { facts: facts('+'), ...seeded(2) }),
      run('c', { facts: facts('+'), ...seeded(1) }),
      run('d', { facts: facts('+') }),
      run('e', { ...seeded(1) }),
    );
    expect(found.map((pair) => pair.first + pair.second)).toEqual(['ac', 'ad', 'bd', 'cd']);
  });
});
