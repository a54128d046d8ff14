import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../../src/protocol/commands.ts';
import { ProbeFileSchema } from '../../../src/protocol/runFiles.ts';
import { brokenPromises } from '../../wire/promises.ts';
import {
  eventsOf,
  exampleRows,
  heldProbes,
  makeRun,
  readEvents,
  removeFolders,
  runEngine,
  temporaryFolder,
  waitForEvent,
  type TestRun,
} from '../tfjs/runs.ts';
import { needTorch, runTorch, startTorch } from './runs.ts';

beforeEach(needTorch);
afterAll(removeFolders);

/** The short fine-tune of the TypeScript engine's own test: real facts, evaluated and saved along the way. */
function shortRun(overrides: object = {}): TestRun {
  const within = temporaryFolder();
  const config = {
    engine: 'torch' as const,
    learning_rate: 1e-3,
    per_device_train_batch_size: 8,
    gradient_accumulation_steps: 2,
    max_steps: 12,
    warmup_steps: 2,
    weight_decay: 0.01,
    seed: 5,
    eval_steps: 3,
    save_strategy: 'steps' as const,
    save_steps: 4,
    probes: heldProbes(within, 24),
    ...overrides,
  };
  return makeRun(config, exampleRows('train', 50), within);
}

const endless = (): TestRun => shortRun({ max_steps: 2_000, eval_strategy: 'no', save_strategy: 'no' });

function send(run: TestRun, command: CommandName): string {
  const id = randomUUID();
  const text = JSON.stringify({ protocol: '1.0', command, time: new Date().toISOString() });
  writeFileSync(join(run.paths.folder, `${id}.tmp`), text);
  renameSync(join(run.paths.folder, `${id}.tmp`), join(run.paths.commands, `${id}.json`));
  return id;
}

const bytesOf = (run: TestRun, step: number, name: string): Buffer =>
  readFileSync(join(run.paths.checkpoints, `step-${String(step).padStart(8, '0')}`, name));
const promisesBrokenBy = (run: TestRun): string[] => brokenPromises(readFileSync(run.paths.events, 'utf8'));

/** The last evaluation without what no two runs share. */
function lastEvaluation(run: TestRun): object {
  return { ...eventsOf(run, 'evaluated').at(-1), duration: 0, time: '', seq: 0 };
}

describe('a whole run', () => {
  const run = shortRun();

  it('ends well, with every event in order', async () => {
    expect(await runTorch(run)).toMatchObject({ code: 0, signal: null });
    expect(promisesBrokenBy(run)).toEqual([]);
    expect(eventsOf(run, 'hello')).toMatchObject([
      { engine: 'torch', attempt: 1, dtype: 'float32', world_size: 1, device: { kind: 'cpu' } },
    ]);
    expect(readEvents(run).at(-1)?.type).toBe('finished');
    expect(eventsOf(run, 'stepped').map((event) => event.step)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    expect(eventsOf(run, 'evaluated').map((event) => [event.step, event.trigger, event.decoded])).toEqual([
      [0, 'start', false],
      [3, 'schedule', false],
      [6, 'schedule', false],
      [9, 'schedule', false],
      [12, 'end', true],
    ]);
    expect(existsSync(run.paths.engineLock)).toBe(false);
  });

  it('teacher-forced and decoded answers agree token by token', () => {
    expect(eventsOf(run, 'evaluated').at(-1)).toMatchObject({ decoded: true, forced_differences: 0 });
  });

  it('writes per-fact results that say what was lost', () => {
    for (const event of eventsOf(run, 'evaluated')) {
      const text = readFileSync(join(run.paths.folder, event.probe_file ?? ''), 'utf8');
      const { facts } = ProbeFileSchema.parse(JSON.parse(text));
      const held = facts.filter((fact) => fact.set === 'held');
      expect(held).toHaveLength(event.held?.total ?? 0);
      expect(held.filter((fact) => fact.lost)).toHaveLength(event.held?.lost ?? 0);
    }
  });

  it('leaves complete Hugging Face folders, which the TypeScript engine reads', async () => {
    const { path } = eventsOf(run, 'saved').at(-1) ?? { path: '' };
    expect(readdirSync(join(run.paths.folder, path))).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'trainer_state.json']),
    );
    const other = shortRun({
      engine: 'tfjs',
      model_name_or_path: join(run.paths.folder, path),
      max_steps: 1,
      eval_strategy: 'no',
    });
    expect(await runEngine(other)).toMatchObject({ code: 0 });
  });

  it('tells the same as the TypeScript engine of the same run', async () => {
    const other = shortRun({ engine: 'tfjs' });
    expect(await runEngine(other)).toMatchObject({ code: 0 });
    const [ours, theirs] = [eventsOf(run, 'started')[0], eventsOf(other, 'started')[0]];
    const same = [
      'total_steps',
      'steps_per_epoch',
      'snapshot_steps',
      'num_rows',
      'num_train_tokens',
      'effective_batch_size',
      'num_parameters',
      'num_trainable_parameters',
    ] as const;
    for (const key of same) expect([key, ours?.[key]]).toEqual([key, theirs?.[key]]);
    const losses = (of: TestRun): number[] => eventsOf(of, 'stepped').map((event) => event.loss);
    const [mine, its] = [losses(run), losses(other)];
    // Rounding grows from step to step: the engines' own parity is tested on single steps.
    for (const [index, loss] of mine.entries())
      expect(Math.abs(loss / (its[index] ?? 0) - 1)).toBeLessThan(1e-3);
    const scores = (of: TestRun): unknown =>
      eventsOf(of, 'evaluated').map(({ step, held, known }) => [step, held?.total, known?.total]);
    expect(scores(run)).toEqual(scores(other));
  });

  it('killed in the middle and resumed, gives the same bits', async () => {
    const killed = shortRun();
    const first = await startTorch(killed);
    await waitForEvent(killed, first.ended, (event) => event.type === 'stepped' && event.step === 7);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    // As if the kill had come in the middle of a line.
    writeFileSync(killed.paths.events, '{"seq":99,"type":"step', { flag: 'a' });
    expect(await runTorch(killed)).toMatchObject({ code: 0 });
    expect(promisesBrokenBy(killed)).toEqual([]);
    expect(eventsOf(killed, 'started').map((event) => event.resumed_from_step)).toEqual([0, 4]);
    expect(eventsOf(killed, 'hello').map((event) => event.attempt)).toEqual([1, 2]);
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'trainer_state.json'])
      expect(bytesOf(killed, 12, name).equals(bytesOf(run, 12, name)), name).toBe(true);
    expect(lastEvaluation(killed)).toEqual(lastEvaluation(run));
  });
});

describe('steering', () => {
  it('stops politely with a checkpoint, goes on from it, and stops at SIGTERM', async () => {
    const run = endless();
    const first = await startTorch(run);
    await waitForEvent(run, first.ended, (event) => event.type === 'stepped' && event.step === 2);
    const id = send(run, 'stop');
    expect(await first.ended).toMatchObject({ code: 0 });
    const [stopped] = eventsOf(run, 'stopped');
    expect(eventsOf(run, 'acknowledged')).toMatchObject([{ command: id, accepted: true }]);
    expect(eventsOf(run, 'saved').at(-1)?.step).toBe(stopped?.step);

    const second = await startTorch(run);
    const isFurther = (step: number): boolean => step > (stopped?.step ?? 0);
    await waitForEvent(run, second.ended, (event) => event.type === 'stepped' && isFurther(event.step));
    // The old stop command still lies there and must not stop the new attempt.
    expect(eventsOf(run, 'stopped')).toHaveLength(1);
    second.child.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(eventsOf(run, 'stopped').at(-1)?.reason).toContain('interrupted');
    expect(promisesBrokenBy(run)).toEqual([]);
  });

  it('pauses, saves, evaluates, continues; answers every command; refuses a second engine; another run waits', async () => {
    const run = endless();
    const { ended } = await startTorch(run);
    await waitForEvent(run, ended, (event) => event.type === 'stepped');
    const steps: [CommandName, string][] = [
      ['pause', 'paused'],
      ['save', 'saved'],
      ['evaluate', 'evaluated'],
      ['continue', 'continued'],
    ];
    for (const [command, type] of steps) {
      const before = readEvents(run).length;
      send(run, command);
      await waitForEvent(run, ended, (event) => event.type === type && event.seq >= before);
    }
    writeFileSync(join(run.paths.commands, 'broken.json'), '{"command": "format the disk"}');

    const intruder = await runTorch(run);
    expect(intruder).toMatchObject({ code: 2 });
    expect(intruder.stderr).toMatch(/Another engine \(process \d+ on .*\) works in .*: stop it first/);

    // The two engines share the processor's places.
    const quick = { max_steps: 1, eval_strategy: 'no', save_strategy: 'no' };
    const other = { ...shortRun(quick), home: run.home };
    const waiting = await startTorch(other);
    await waitForEvent(
      other,
      waiting.ended,
      (event) => event.type === 'progressed' && event.phase === 'waiting',
    );
    expect(eventsOf(other, 'progressed')[0]?.waiting_for).toContain('test-run');

    send(run, 'stop');
    expect(await ended).toMatchObject({ code: 0 });
    const answers = eventsOf(run, 'acknowledged');
    expect(answers.filter((event) => event.accepted)).toHaveLength(5);
    expect(answers.find((event) => event.command === 'broken')).toMatchObject({ accepted: false });
    expect(promisesBrokenBy(run)).toEqual([]);
    expect(await waiting.ended).toMatchObject({ code: 0 });
    expect(readEvents(other).at(-1)?.type).toBe('finished');
  });

  it('stops above max_forgetting if asked to, and keeps the best', async () => {
    const run = shortRun({
      learning_rate: 0.02,
      lr_scheduler_type: 'constant',
      max_steps: 60,
      eval_steps: 2,
      save_strategy: 'best',
      probes: { ...heldProbes(temporaryFolder(), 40), max_forgetting: 0, on_exceeded: 'stop' },
    });
    expect(await runTorch(run)).toMatchObject({ code: 0 });
    // A learning rate this high loses facts as soon as it has found the format.
    expect(readEvents(run).at(-1)).toMatchObject({
      type: 'stopped',
      reason: expect.stringContaining('above max_forgetting') as unknown,
    });
    expect(eventsOf(run, 'warned').map((event) => event.code)).toContain('forgetting.exceeded');
    expect(promisesBrokenBy(run)).toEqual([]);
  });
});

describe('self-distillation', () => {
  it('warms up, takes a snapshot, and keeps its promises through a kill', async () => {
    const run = shortRun({
      self_distill: { snapshot_data: 'all' },
      gradient_accumulation_steps: 1,
      max_steps: 24,
      eval_steps: 12,
    });
    const first = await startTorch(run);
    await waitForEvent(run, first.ended, (event) => event.type === 'saved' && event.step > 22);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await runTorch(run)).toMatchObject({ code: 0 });
    expect(promisesBrokenBy(run)).toEqual([]);
    expect(eventsOf(run, 'snapshotted')).toHaveLength(1);
    expect(eventsOf(run, 'stepped').some((event) => event.kd_loss > 0)).toBe(true);
    expect(readEvents(run).at(-1)?.type).toBe('finished');
  });
});
