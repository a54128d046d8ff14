import { describe, expect, it } from 'vitest';
import { RunConfigSchema } from '../../src/protocol/runConfig.ts';
import type { RunFile } from '../../src/protocol/runFiles.ts';
import { actionsFor } from '../../src/runs/actions.ts';
import {
  activityOf,
  configName,
  isAtWork,
  runView,
  titleOf,
  type ViewedRun,
} from '../../src/runs/runView.ts';
import type { RunState } from '../../src/runs/runState.ts';
import { score, stateAfter, timeAt, type Said } from './events.ts';

const fileOf = (over: Partial<RunFile> = {}): RunFile => ({
  protocol: '1.0',
  id: '20260101-000000-support-0000',
  created: timeAt(0),
  config: RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t' }),
  origins: {},
  config_file: '/home/ada/support.sft.yaml',
  data: [],
  versions: {},
  ...over,
});
const runOf = (state: RunState, over: Partial<ViewedRun> = {}): ViewedRun => ({
  id: '20260101-000000-support-0000',
  file: fileOf(),
  notes: {},
  state,
  status: state.status,
  liveness: undefined,
  damage: undefined,
  ...over,
});
const viewAfter = (...said: Said[]) => runView(runOf(stateAfter(...said)));

const begin: Said[] = [
  ['hello', {}, 0],
  ['started', {}, 1],
];

it('says little of a run of which nothing has been heard, and guesses nothing', () => {
  const bare = runView(runOf(stateAfter(), { file: undefined, damage: '2 damaged lines' }));
  expect(bare).toEqual({
    id: '20260101-000000-support-0000',
    title: '20260101-000000-support-0000',
    config: undefined,
    method: '',
    status: 'starting',
    statusText: undefined,
    step: 0,
    totalSteps: undefined,
    epoch: undefined,
    totalEpochs: undefined,
    snapshotSteps: 0,
    activity: undefined,
    eta: undefined,
    secondsPerStep: undefined,
    tokensPerSecond: undefined,
    memoryBytes: undefined,
    loss: undefined,
    held: null,
    known: null,
    new: null,
    forgetting: undefined,
    maxForgetting: 1,
    device: undefined,
    engine: undefined,
    parameters: undefined,
    warnings: [],
    checkpoints: [],
    actions: actionsFor('starting'),
    damage: '2 damaged lines',
  });
});

describe('its name', () => {
  it.each([
    ['/home/ada/support.sft.yaml', {}, 'support'],
    ['C:\\study\\Größe v1.2.sft.yml', {}, 'Größe v1.2'],
    ['support.JSON', {}, 'support'],
    ['/x/support.yaml.bak', {}, 'support.yaml.bak'],
    [null, {}, 'the-id'],
    ['/home/ada/support.sft.yaml', { label: 'Mine' }, 'Mine'],
  ])('of the config %j and notes %j is %j', (config_file, notes, expected) => {
    expect(titleOf({ id: 'the-id', file: fileOf({ config_file }), notes })).toBe(expected);
  });

  it('of a config that came from another system is its file’s all the same', () => {
    expect(configName(fileOf({ config_file: 'C:\\a\\b.yaml' }))).toBe('b.yaml');
    expect(configName(undefined)).toBeUndefined();
  });
});

describe('where it is', () => {
  it('counts epochs of the run proper, without the warm-up of its teacher', () => {
    const started = { total_steps: 80, snapshot_steps: 20, steps_per_epoch: 20 };
    const view = viewAfter(['hello'], ['started', started], ['stepped', { step: 30, epoch: 0.5 }]);
    expect(view).toMatchObject({
      step: 30,
      totalSteps: 80,
      epoch: 0.5,
      totalEpochs: 3,
      snapshotSteps: 20,
      parameters: { trainable: 10, total: 20 },
      device: 'cpu, wasm',
      engine: 'tfjs 0.1.0',
    });
  });

  it('divides by no epoch of no steps', () => {
    expect(viewAfter(['hello'], ['started', { steps_per_epoch: 0 }]).totalEpochs).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['loads', { phase: 'loading' }, 'loading the model'],
    ['warms up', { phase: 'snapshotting' }, 'training the teacher'],
    ['waits', { phase: 'waiting' }, 'waiting for the device'],
    [
      'waits for somebody',
      { phase: 'waiting', waiting_for: '/home/ada/.holdfast/runs/20260101-other' },
      'waiting for the device, which works for 20260101-other',
    ],
    [
      'waits for somebody on another system',
      { phase: 'waiting', waiting_for: 'C:\\ada\\runs\\other' },
      'waiting for the device, which works for other',
    ],
  ])('says what it is busy with while it %s', (_name, progress, text) => {
    const view = viewAfter(['hello'], ['progressed', { ...progress, done: 2, total: 5 }]);
    expect(view.activity).toEqual({ text, done: 2, total: 5 });
  });

  it('is busy with nothing once it is at no work, however it went', () => {
    const state = stateAfter(...begin, ['progressed', { phase: 'saving' }]);
    expect(runView(runOf(state)).activity).toBeDefined();
    const lost = runView(runOf(state, { status: 'lost' }));
    expect([lost.activity, lost.eta]).toEqual([undefined, undefined]);
    expect(activityOf(undefined)).toBeUndefined();
  });

  it('estimates the rest from the steps, and not while nothing works on it', () => {
    const said: Said[] = [...begin, ['stepped', { step: 1 }, 10], ['stepped', { step: 2 }, 12]];
    expect(viewAfter(...said)).toMatchObject({ eta: 98 * 2, secondsPerStep: 2 });
    expect(runView(runOf(stateAfter(...said), { status: 'unknown' })).eta).toBeUndefined();
  });
});

it.each(['starting', 'waiting', 'running', 'paused', 'stopping'] as const)('%s is at work', (status) => {
  expect(isAtWork(status)).toBe(true);
});
it.each(['stopped', 'finished', 'failed', 'lost', 'unknown'] as const)('%s is not', (status) => {
  expect(isAtWork(status)).toBe(false);
});

describe('the sentence about its state', () => {
  const saved: Said[] = [...begin, ['saved', { step: 40 }], ['saved', { step: 60 }]];
  const textOf = (said: Said[], over: Partial<ViewedRun> = {}): string | undefined =>
    runView(runOf(stateAfter(...said), over)).statusText;

  it('is none where the state says it all', () => {
    expect(textOf(begin)).toBeUndefined();
    expect(textOf([...begin, ['paused', { step: 3 }]])).toBeUndefined();
  });

  it('of a lost run says what may have happened and from where Resume goes on', () => {
    const gone = 'The engine is gone without a last word (killed, out of memory, or the machine went down).';
    expect(textOf(saved, { status: 'lost' })).toBe(`${gone} Resume goes on from the checkpoint of step 60.`);
    expect(textOf(begin, { status: 'lost' })).toBe(`${gone} There is no checkpoint: Resume begins anew.`);
  });

  it('of a stopped run says where, why, and from where Resume goes on', () => {
    expect(textOf([...saved, ['stopped', { step: 61, reason: 'asked for' }]])).toBe(
      'Stopped at step 61: asked for. Resume goes on from the checkpoint of step 60.',
    );
  });

  it('of a failed run is what the engine said', () => {
    expect(textOf([...begin, ['failed', { message: 'No memory: use a smaller batch.' }]])).toBe(
      'No memory: use a smaller batch.',
    );
  });

  it('of a finished run tells its time and its best checkpoint', () => {
    expect(textOf([...saved, ['finished', { step: 100, duration: 754 }]])).toBe('Finished in 12:34.');
    expect(textOf([...saved, ['finished', { step: 100, duration: 7, best_step: 40 }]])).toBe(
      'Finished in 0:07; the best checkpoint is that of step 40.',
    );
  });

  it('of a run that is being stopped, or cannot be asked, says so', () => {
    expect(textOf([...begin, ['acknowledged', { name: 'stop' }]])).toMatch(/^Finishing the step/);
    expect(textOf(begin, { status: 'unknown' })).toMatch(/^It runs on another machine/);
  });
});

describe('its scores', () => {
  const at = (step: number, correct: number, lost: number, gained: number): Said => [
    'evaluated',
    { step, held: score(correct, 10, lost, gained), known: score(1, 1), new: null },
  ];

  it('are those of the last evaluation', () => {
    expect(viewAfter(...begin, at(0, 8, 0, 0), at(5, 4, 5, 1))).toMatchObject({
      held: { share: 0.4, correct: 4, total: 10 },
      known: { share: 1 },
      new: null,
      forgetting: { relative: 0.5, lost: 5, gained: 1, referenceStep: 0, isReference: false },
    });
  });

  it('lose nothing at the best evaluation itself, which the engine counted against the one before', () => {
    const view = viewAfter(...begin, at(0, 8, 0, 0), at(5, 9, 1, 2));
    expect(view.forgetting).toEqual({ relative: 0, lost: 0, gained: 0, referenceStep: 5, isReference: true });
  });

  it('say nothing of forgetting where nothing was held', () => {
    expect(viewAfter(...begin, ['evaluated', { held: null }]).forgetting).toBeUndefined();
    expect(viewAfter(...begin, ['evaluated', { held: score(0, 5) }]).forgetting).toBeUndefined();
  });

  it('know how much forgetting is too much', () => {
    expect(viewAfter(...begin).maxForgetting).toBe(0.05);
  });
});

it('shows a loss that is no number as what it is', () => {
  const broken = { step: 2, loss: NaN, tokens_per_second: 5, memory_bytes: 7 };
  expect(viewAfter(...begin, ['stepped'], ['stepped', broken])).toMatchObject({
    loss: NaN,
    tokensPerSecond: 5,
    memoryBytes: 7,
  });
});

it('lists checkpoints with the best marked, and no more than the last fifty warnings', () => {
  const warned = Array.from({ length: 60 }, (_, index): Said => [
    'warned',
    { message: `warning ${index}` },
    index,
  ]);
  const view = viewAfter(
    ...begin,
    ['saved', { step: 4, bytes: 9, best: true }],
    ['saved', { step: 8 }],
    ...warned,
  );
  expect(view.checkpoints).toEqual([
    { step: 4, bytes: 9, best: true },
    { step: 8, bytes: 1, best: false },
  ]);
  expect(view.warnings.length).toBe(50);
  expect(view.warnings.at(0)).toEqual({ time: Date.parse(timeAt(10)), message: 'warning 10' });
});

it('offers what the state allows, not what the events alone say', () => {
  const view = runView(runOf(stateAfter(...begin), { status: 'lost' }));
  expect([view.status, view.actions]).toEqual(['lost', actionsFor('lost')]);
});
