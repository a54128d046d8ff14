import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSafetensors } from '../../../src/engines/tfjs/files/safetensors.ts';
import type { RunConfigInput } from '../../../src/protocol/runConfig.ts';
import { modelFolder } from './models.ts';
import {
  base,
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

/** A short run on rows of which the base knows more than half. */
function shortRun(overrides: Partial<RunConfigInput>, rows = 80): TestRun {
  const within = temporaryFolder();
  const config = {
    learning_rate: 3e-4,
    lr_scheduler_type: 'constant' as const,
    per_device_train_batch_size: 8,
    max_steps: 24,
    weight_decay: 0.01,
    seed: 5,
    eval_steps: 8,
    save_strategy: 'steps' as const,
    save_steps: 6,
    probes: heldProbes(within, 16),
    ...overrides,
  };
  return makeRun(config, exampleRows('train', rows), within);
}

const bytesOf = (run: TestRun, step: number, name: string): Buffer =>
  readFileSync(join(run.paths.checkpoints, `step-${String(step).padStart(8, '0')}`, name));

describe('self-distillation', () => {
  const run = shortRun({ self_distill: {} });
  it('warms up on known rows, takes the teacher, learns from both', async () => {
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    const [started] = eventsOf(run, 'started');
    expect(started).toMatchObject({ snapshot_steps: 20, total_steps: 44 });
    const [snapshot] = eventsOf(run, 'snapshotted');
    expect(snapshot).toMatchObject({ step: 20, cache_kind: 'log_probabilities' });
    expect(snapshot?.rows_used).toBe((started?.train_knowledge as { known: number }).known);
    expect(snapshot?.self_test_kl).toBeLessThan(1e-6);
    expect(snapshot?.cache_bytes).toBeGreaterThan(0);

    const steps = eventsOf(run, 'stepped');
    const [warmUp, main] = [steps.slice(0, 20), steps.slice(20)];
    expect(
      warmUp.every(({ phase, kd_loss, epoch }) => phase === 'snapshot' && kd_loss === 0 && epoch === 0),
    ).toBe(true);
    expect(main.every(({ phase, num_kd_tokens }) => phase === 'main' && num_kd_tokens > 0)).toBe(true);
    // The first step is taken from the teacher's own weights.
    expect(Math.abs(Number(main[0]?.kd_loss))).toBeLessThan(1e-6);
    expect(Number(main.at(-1)?.kd_loss)).toBeGreaterThan(1e-4);
    for (const { loss, ce_loss, kd_loss } of main) expect(loss).toBeCloseTo(ce_loss + 0.25 * kd_loss, 6);
    expect(eventsOf(run, 'evaluated').map(({ step, epoch, trigger }) => [step, epoch, trigger])).toEqual([
      [0, 0, 'start'],
      [20, 0, 'snapshot'],
      [28, 0.8, 'schedule'],
      [36, 1.6, 'schedule'],
      [44, 2.4, 'end'],
    ]);
  });

  it('leaves no teacher behind, and no tensor more with every step', () => {
    expect(existsSync(run.paths.teacher)).toBe(false);
    const main = eventsOf(run, 'stepped').slice(20);
    expect(new Set(main.map((event) => event.num_tensors)).size).toBe(1);
  });

  it.each([
    ['in the warm-up', 9],
    ['after the teacher was taken', 29],
  ])('killed %s and resumed, gives the same bits', async (_, at) => {
    const killed = shortRun({ self_distill: {} });
    const first = startEngineProcess(killed);
    await waitForEvent(killed, first.ended, (event) => event.type === 'stepped' && event.step === at);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await runEngine(killed)).toMatchObject({ code: 0 });
    expect(eventsOf(killed, 'started').at(-1)?.resumed_from_step).toBe(at === 9 ? 0 : 26);
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'trainer_state.json'])
      expect(bytesOf(killed, 44, name).equals(bytesOf(run, 44, name)), name).toBe(true);
  });

  it('a damaged teacher stops a resumed run with one sentence, which heals it', async () => {
    const killed = shortRun({ self_distill: {} });
    const first = startEngineProcess(killed);
    await waitForEvent(killed, first.ended, (event) => event.type === 'stepped' && event.step === 29);
    first.child.kill('SIGKILL');
    await first.ended;
    truncateSync(join(killed.paths.teacher, 'outputs.f32'), 4_000);
    expect(await runEngine(killed)).toMatchObject({ code: 1 });
    expect(eventsOf(killed, 'failed').at(-1)).toMatchObject({
      code: 'teacher.cache',
      message: expect.stringMatching(
        /outputs\.f32 has 4000 bytes .*: delete .*outputs\.json, then resume/,
      ) as unknown,
    });
    rmSync(join(killed.paths.teacher, 'outputs.json'));
    expect(await runEngine(killed)).toMatchObject({ code: 0 });
    expect(bytesOf(killed, 44, 'model.safetensors').equals(bytesOf(run, 44, 'model.safetensors'))).toBe(true);
  });

  it('with kd_weight 0 is the control: the same warm-up, no teacher', async () => {
    const control = shortRun({ self_distill: { kd_weight: 0 } });
    expect(await runEngine(control)).toMatchObject({ code: 0 });
    expect(eventsOf(control, 'warned').map(({ code }) => code)).toContain('self_distill.control');
    expect(eventsOf(control, 'snapshotted')).toMatchObject([
      { step: 20, cache_bytes: 0, teacher_hash: eventsOf(run, 'snapshotted')[0]?.teacher_hash },
    ]);
    expect(eventsOf(control, 'stepped').every(({ kd_loss }) => kd_loss === 0)).toBe(true);
  });

  it.each([
    ['base', { teacher: 'base' }],
    ['a folder', { teacher: base, positions: 'completion' as const }],
  ])('with %s as teacher needs no warm-up', async (_, self_distill) => {
    const other = shortRun({ self_distill, max_steps: 4, eval_strategy: 'no' });
    expect(await runEngine(other)).toMatchObject({ code: 0 });
    expect(eventsOf(other, 'started')).toMatchObject([{ snapshot_steps: 0, total_steps: 4 }]);
    expect(eventsOf(other, 'snapshotted')).toMatchObject([{ step: 0, rows_used: 0 }]);
    expect(Number(eventsOf(other, 'stepped').at(-1)?.kd_loss)).toBeGreaterThan(0);
  });

  it('with all rows in the warm-up needs no known ones', async () => {
    const other = shortRun(
      { self_distill: { snapshot_data: 'all' }, max_steps: 20, eval_strategy: 'no' },
      16,
    );
    expect(await runEngine(other)).toMatchObject({ code: 0 });
    expect(eventsOf(other, 'snapshotted')).toMatchObject([{ step: 20, rows_used: 16 }]);
  });
});

describe('freezing', () => {
  it('moves what it names and nothing else, bit for bit, and keeps no state for the rest', async () => {
    const run = shortRun({
      freeze: { trainable_groups: ['attention'] },
      max_steps: 6,
      self_distill: { teacher: 'base' },
    });
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    expect(eventsOf(run, 'finished')[0]?.summary).toMatchObject({ frozen_parameters_unchanged: 22 });
    expect(eventsOf(run, 'started')).toMatchObject([
      { num_parameters: 1_053_824, num_trainable_parameters: 4 * 4 * 128 * 128 },
    ]);
    const [before, after] = [base, join(run.paths.checkpoints, 'step-00000006')].map((folder) =>
      openSafetensors(join(folder, 'model.safetensors')),
    );
    if (before === undefined || after === undefined) throw new Error('no weights');
    const moments = openSafetensors(join(run.paths.checkpoints, 'step-00000006', 'optimizer.safetensors'));
    for (const name of before.tensors.keys()) {
      const moved = !Buffer.from(before.read(name).buffer).equals(Buffer.from(after.read(name).buffer));
      expect(moved, name).toBe(name.includes('_proj') && name.includes('self_attn'));
      expect(moments.tensors.has(`first.${name}`), name).toBe(moved);
    }
    [before, after, moments].forEach((file) => file.close());
  });
});

/** What is wrong, a run that has it, the stable code, the one sentence: its value and its cure. */
const failures: readonly (readonly [string, () => TestRun, string, RegExp])[] = [
  [
    'fewer than 32 known rows',
    () => shortRun({ self_distill: {} }, 20),
    'self_distill.known-rows',
    /knows only \d+ training rows, and the warm-up .* needs 32: set self_distill\.snapshot_data: all/,
  ],
  [
    'a warm-up longer than the run',
    () => shortRun({ self_distill: { snapshot_epochs: 9 } }),
    'self_distill.snapshot-length',
    /would take \d+ steps, the run itself only 24: lower self_distill\.snapshot_epochs/,
  ],
  [
    'a teacher of another vocabulary',
    () => shortRun({ self_distill: { teacher: modelFolder('tiny-llama') } }),
    'self_distill.teacher',
    /has a vocabulary of 320 tokens, the model one of 2048: take a teacher of the same model family/,
  ],
  [
    'a teacher of another tokenizer',
    () => {
      const folder = join(temporaryFolder(), 'teacher');
      cpSync(base, folder, { recursive: true });
      const path = join(folder, 'tokenizer.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"a": ', '"another": '));
      return shortRun({ self_distill: { teacher: folder } });
    },
    'self_distill.teacher',
    /has another tokenizer than the model \(token "another" is \d+ there and missing here\): take a teacher/,
  ],
  [
    'everything frozen',
    () => shortRun({ freeze: { groups: ['embeddings', 'attention', 'ffn', 'norms'] } }),
    'freeze.groups',
    /freeze every parameter, so nothing would be trained: leave one group out/,
  ],
  [
    'groups that cancel',
    () => shortRun({ freeze: { groups: ['attention'], trainable_groups: ['q'] } }),
    'freeze.groups',
    /freeze all that freeze\.trainable_groups \[q\] let move/,
  ],
  [
    'a pattern that matches nothing',
    () => shortRun({ freeze: { groups: ['lm_head'] } }),
    'freeze.groups',
    /the head is tied to the embeddings: write embeddings/,
  ],
];

describe('bad input', () => {
  it.each(failures)('%s is one sentence', async (_, make, code, sentence) => {
    const run = make();
    expect(await runEngine(run)).toMatchObject({ code: 1 });
    const last = readEvents(run).at(-1);
    expect(last).toMatchObject({ type: 'failed', code, message: expect.stringMatching(sentence) as unknown });
  });

  it('a label that cannot win is warned of', async () => {
    const run = shortRun({
      self_distill: { kd_weight: 4, temperature: 1, positions: 'completion', teacher: 'base' },
      max_steps: 1,
    });
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    expect(eventsOf(run, 'warned').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/the teacher outweighs the labels .* = 4\.00.*: lower kd_weight below 1\.0/),
    );
  });

  it('a base that knows nothing: forgetting is not measured, training goes on', async () => {
    const within = temporaryFolder();
    const rows = exampleRows('train', 8);
    const run = makeRun(
      {
        model_name_or_path: modelFolder('tiny-llama'),
        max_steps: 2,
        probes: heldProbes(within, 8),
        self_distill: { snapshot_data: 'all', teacher: 'base' },
      },
      rows,
      within,
    );
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    expect(eventsOf(run, 'warned').map(({ code }) => code)).toContain('probes.nothing-known');
    expect(eventsOf(run, 'evaluated').every(({ forgetting }) => forgetting === null)).toBe(true);
  });
});
