import { describe, expect, it } from 'vitest';
import { liveLines, newsLines, stepLine, warningLines } from '../../../src/cli/render/live.ts';
import type { Status } from '../../../src/runs/liveStatus.ts';
import { initialState } from '../../../src/runs/runState.ts';
import { score, stateAfter, type Said } from '../../runs/events.ts';

const begin: Said[] = [
  ['hello', {}, 0],
  ['started', { total_steps: 70 }, 1],
];
const step: Said = [
  'stepped',
  { step: 35, epoch: 5.26, loss: 0.4123, learning_rate: 3e-4, tokens_per_second: 1_812.3 },
  2,
];
const scores = (held: number): Said => [
  'evaluated',
  { step: 35, held: score(held, 400), known: score(20, 20), new: null },
];

const checkBlock = (name: string, said: Said[], status: Status, expected: string[]): void =>
  it(name, () => expect(liveLines(stateAfter(...said), status, 100)).toEqual(expected));

describe('the live block', () => {
  checkBlock('before the first word', [], 'starting', ['starting ...']);
  checkBlock('waiting', [['hello'], ['progressed', { phase: 'waiting' }]], 'waiting', [
    'waiting ...',
    'waiting for the device ...',
  ]);
  checkBlock(
    'waiting for another run',
    [['hello'], ['progressed', { phase: 'waiting', waiting_for: '/runs/other\u001b[2J' }]],
    'waiting',
    ['waiting ...', 'waiting for the device, which works for /runs/other [2J ...'],
  );
  checkBlock(
    'a phase of known length',
    [['hello'], ['progressed', { phase: 'probing', done: 50, total: 100 }]],
    'starting',
    ['starting ...', '[████████████············] asking the base what it knows 50/100'],
  );
  checkBlock('a step', [...begin, step], 'running', [
    '[████████████············] step 35/70  epoch 5.3  loss 0.412  lr 3.0e-4  1,812 tok/s',
  ]);
  checkBlock(
    'a step and scores',
    [...begin, ['evaluated', { held: score(400, 400) }], step, scores(388)],
    'running',
    [
      '[████████████············] step 35/70  epoch 5.3  loss 0.412  lr 3.0e-4  1,812 tok/s',
      'held 0.970 (388/400)   known 1.000 (20/20)   forgetting 3.0 %',
    ],
  );
  checkBlock('an evaluation that measured nothing', [...begin, ['evaluated']], 'running', [
    '[························] step 0/70',
  ]);
  checkBlock('only an evaluation loss', [...begin, ['evaluated', { eval_loss: 1.25 }]], 'running', [
    '[························] step 0/70',
    'eval loss 1.250',
  ]);
  checkBlock('a state worth telling', begin, 'lost', ['[························] step 0/70  lost']);

  it('stays one character narrower than the window, so that no line wraps', () => {
    const lines = liveLines(stateAfter(...begin, step), 'running', 40);
    expect(lines.map((line) => line.length)).toEqual([39]);
  });

  it('shows the time left once two steps tell the speed', () => {
    const state = stateAfter(...begin, ['stepped', { step: 1 }, 10], ['stepped', { step: 2 }, 12]);
    expect(stepLine(state, 'running')).toMatch(/ETA 2:16$/);
  });

  it('names a loss that is no number', () => {
    expect(stepLine(stateAfter(...begin, ['stepped', { loss: NaN }]), 'running')).toContain('loss NaN');
  });
});

describe('what is new since the last look', () => {
  const checkNews = (name: string, before: Said[], later: Said[], expected: string[]): void =>
    it(name, () =>
      expect(newsLines(stateAfter(...before), stateAfter(...before, ...later))).toEqual(expected),
    );
  const loading: Said = ['progressed', { phase: 'loading', done: 0, total: 1 }];

  checkNews('nothing', [...begin, scores(400)], [], []);
  checkNews('a phase, once', begin, [loading], ['loading the model ...']);
  checkNews('the same phase further on', [...begin, loading], [loading], []);
  checkNews('evaluating is said by its result', begin, [['progressed', { phase: 'evaluating' }]], []);
  checkNews(
    'an evaluation with forgetting',
    [...begin, ['evaluated', { held: score(400, 400) }]],
    [scores(300)],
    ['step 35: held 0.750 (300/400)   known 1.000 (20/20)   forgetting 25.0 %'],
  );
  checkNews(
    'a warning, without what could steer the terminal',
    begin,
    [['warned', { message: 'a\u001bb' }]],
    ['warning: a b'],
  );

  it('tells an evaluation again that a resumed run repeats, and only that', () => {
    const before = stateAfter(...begin, ['evaluated', { step: 0, held: score(1, 2) }], scores(400));
    const resumed = stateAfter(
      ...begin,
      ['evaluated', { step: 0, held: score(1, 2) }],
      scores(400),
      ['hello', { attempt: 2 }],
      ['started', { total_steps: 70, resumed_from_step: 10 }],
      scores(399),
    );
    expect(newsLines(before, resumed)).toEqual([expect.stringContaining('held 0.998 (399/400)')]);
  });

  it('an attached terminal is told everything from the start', () => {
    const state = stateAfter(...begin, ['warned', { message: 'one' }], ['warned', { message: 'two' }]);
    expect(warningLines(initialState(), state)).toEqual(['warning: one', 'warning: two']);
    expect(warningLines(state, state)).toEqual([]);
  });
});
