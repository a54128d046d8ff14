import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandName } from '../../../src/protocol/commands.ts';
import { ProbeFileSchema } from '../../../src/protocol/runFiles.ts';
import {
  eventsOf,
  exampleRows,
  heldProbes,
  makeRun,
  readEvents,
  removeFolders,
  runEngine,
  startEngineProcess,
  temporaryFolder,
  waitForEvent,
  type TestRun,
} from './runs.ts';

afterAll(removeFolders);

/** A short fine-tune on real facts that evaluates and saves along the way. */
function shortRun(overrides: object = {}): TestRun {
  const within = temporaryFolder();
  const config = {
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

function send(run: TestRun, command: CommandName): string {
  const id = randomUUID();
  const text = JSON.stringify({ protocol: '1.0', command, time: new Date().toISOString() });
  writeFileSync(join(run.paths.folder, `${id}.tmp`), text);
  renameSync(join(run.paths.folder, `${id}.tmp`), join(run.paths.commands, `${id}.json`));
  return id;
}

const bytesOf = (run: TestRun, step: number, name: string): Buffer =>
  readFileSync(join(run.paths.checkpoints, `step-${String(step).padStart(8, '0')}`, name));

/** The last evaluation without what no two runs share. */
function lastEvaluation(run: TestRun): object {
  return { ...eventsOf(run, 'evaluated').at(-1), duration: 0, time: '', seq: 0 };
}

describe('a whole run', () => {
  const run = shortRun();
  it('ends well, with every event in order', async () => {
    expect(await runEngine(run)).toMatchObject({ code: 0, signal: null });
    const events = readEvents(run);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe('hello');
    expect(events.at(-1)?.type).toBe('finished');
    expect(eventsOf(run, 'stepped').map((event) => event.step)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(eventsOf(run, 'evaluated').map((event) => [event.step, event.trigger, event.decoded])).toEqual([
      [0, 'start', false],
      [3, 'schedule', false],
      [6, 'schedule', false],
      [9, 'schedule', false],
      [12, 'end', true],
    ]);
    expect(existsSync(run.paths.engineLock)).toBe(false);
  });

  it('learns: the loss falls and known rows are answered', () => {
    const losses = eventsOf(run, 'stepped').map((event) => event.loss);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
    expect(eventsOf(run, 'evaluated').at(-1)?.known?.correct).toBeGreaterThan(0);
  });

  it('teacher-forced and decoded answers agree token by token', () => {
    const last = eventsOf(run, 'evaluated').at(-1);
    expect(last).toMatchObject({ decoded: true, forced_differences: 0 });
  });

  it('keeps tensors constant from the first step on', () => {
    expect(new Set(eventsOf(run, 'stepped').map((event) => event.num_tensors)).size).toBe(1);
  });

  it('writes per-fact results that say what was lost', () => {
    for (const event of eventsOf(run, 'evaluated')) {
      const file = ProbeFileSchema.parse(
        JSON.parse(readFileSync(join(run.paths.folder, event.probe_file ?? ''), 'utf8')),
      );
      expect(file.facts.filter((fact) => fact.set === 'held')).toHaveLength(event.held?.total ?? 0);
      expect(file.facts.filter((fact) => fact.set === 'held' && fact.lost)).toHaveLength(
        event.held?.lost ?? 0,
      );
      for (const fact of file.facts) if (fact.lost) expect(fact.answer).not.toBe(fact.before);
    }
  });

  it('leaves complete Hugging Face folders', () => {
    const { path } = eventsOf(run, 'saved').at(-1) ?? { path: '' };
    const names = readdirSync(join(run.paths.folder, path));
    expect(names).toEqual(
      expect.arrayContaining([
        'config.json',
        'model.safetensors',
        'tokenizer.json',
        'tokenizer_config.json',
        'trainer_state.json',
        'optimizer.safetensors',
      ]),
    );
  });

  it('killed in the middle and resumed, gives the same bits', async () => {
    const killed = shortRun();
    const first = startEngineProcess(killed);
    await waitForEvent(killed, first.ended, (event) => event.type === 'stepped' && event.step === 7);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    // As if the kill had come in the middle of a line.
    writeFileSync(killed.paths.events, '{"seq":99,"type":"step', { flag: 'a' });
    expect(await runEngine(killed)).toMatchObject({ code: 0 });
    expect(eventsOf(killed, 'started').map((event) => event.resumed_from_step)).toEqual([0, 4]);
    expect(eventsOf(killed, 'hello').map((event) => event.attempt)).toEqual([1, 2]);
    const events = readEvents(killed);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index));
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'trainer_state.json']) {
      expect(bytesOf(killed, 12, name).equals(bytesOf(run, 12, name)), name).toBe(true);
    }
    expect(lastEvaluation(killed)).toEqual(lastEvaluation(run));
  });
});

describe('steering', () => {
  it('stops politely with a checkpoint, and goes on from it', async () => {
    const run = shortRun({ max_steps: 400, eval_strategy: 'no', save_strategy: 'no' });
    const first = startEngineProcess(run);
    await waitForEvent(run, first.ended, (event) => event.type === 'stepped' && event.step === 2);
    const id = send(run, 'stop');
    expect(await first.ended).toMatchObject({ code: 0 });
    const [stopped] = eventsOf(run, 'stopped');
    expect(eventsOf(run, 'acknowledged')).toMatchObject([{ command: id, accepted: true }]);
    expect(eventsOf(run, 'saved').at(-1)?.step).toBe(stopped?.step);

    const second = startEngineProcess(run);
    await waitForEvent(
      run,
      second.ended,
      (event) => event.type === 'stepped' && event.step > (stopped?.step ?? 0),
    );
    // The old stop command still lies there and must not stop the new attempt.
    expect(eventsOf(run, 'stopped')).toHaveLength(1);
    second.child.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(eventsOf(run, 'stopped').at(-1)?.reason).toContain('interrupted');
  });

  it('pauses, saves, evaluates, continues; answers every command', async () => {
    const run = shortRun({ max_steps: 400, eval_strategy: 'no', save_strategy: 'no' });
    const { ended } = startEngineProcess(run);
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
    send(run, 'stop');
    expect(await ended).toMatchObject({ code: 0 });
    const answers = eventsOf(run, 'acknowledged');
    expect(answers.filter((event) => event.accepted)).toHaveLength(5);
    expect(answers.find((event) => event.command === 'broken')).toMatchObject({ accepted: false });
  });

  it('a second engine on the folder is refused, a second run on the device waits and says for whom', async () => {
    const run = shortRun({ max_steps: 400, eval_strategy: 'no', save_strategy: 'no' });
    const first = startEngineProcess(run);
    await waitForEvent(run, first.ended, (event) => event.type === 'stepped');

    const intruder = await runEngine(run);
    expect(intruder).toMatchObject({ code: 2 });
    expect(intruder.stderr).toMatch(/Another engine \(process \d+ on .*\) works in .*: stop it first/);

    const other = { ...shortRun({ max_steps: 1, eval_strategy: 'no', save_strategy: 'no' }), home: run.home };
    const waiting = startEngineProcess(other);
    await waitForEvent(
      other,
      waiting.ended,
      (event) => event.type === 'progressed' && event.phase === 'waiting',
    );
    expect(eventsOf(other, 'progressed')[0]?.waiting_for).toContain('test-run');
    send(run, 'stop');
    await first.ended;
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
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    const last = readEvents(run).at(-1);
    // A learning rate this high loses facts as soon as it has found the format.
    expect(last).toMatchObject({
      type: 'stopped',
      reason: expect.stringContaining('above max_forgetting') as unknown,
    });
    expect(eventsOf(run, 'warned').map((event) => event.code)).toContain('forgetting.exceeded');
  });
});
