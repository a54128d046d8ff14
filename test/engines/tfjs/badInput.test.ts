import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  base,
  eventsOf,
  exampleRows,
  makeRun,
  probePrompts,
  question,
  readEvents,
  removeFolders,
  runEngine,
  startEngineProcess,
  temporaryFolder,
  waitForEvent,
  type TestRun,
} from './runs.ts';
import { modelFolder } from './models.ts';

afterAll(removeFolders);

const quick = {
  max_steps: 2,
  per_device_train_batch_size: 4,
  eval_strategy: 'no',
  save_strategy: 'no',
} as const;
const rows = exampleRows('train', 8);

/** A copy of the example's base model that `change` spoils. */
function spoiledModel(change: (folder: string) => void): string {
  const folder = join(temporaryFolder(), 'model');
  cpSync(base, folder, { recursive: true });
  change(folder);
  return folder;
}

function editJson(path: string, change: (json: Record<string, unknown>) => void): void {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(json);
  writeFileSync(path, JSON.stringify(json));
}

const editConfig = (change: (json: Record<string, unknown>) => void): (() => TestRun) => {
  return () =>
    makeRun(
      {
        ...quick,
        model_name_or_path: spoiledModel((folder) => editJson(join(folder, 'config.json'), change)),
      },
      rows,
    );
};

const spoiled = (change: (folder: string) => void): (() => TestRun) => {
  return () => makeRun({ ...quick, model_name_or_path: spoiledModel(change) }, rows);
};

/** What is wrong, a run that has it, the stable code, the one sentence: its value and its cure. */
const failures: readonly (readonly [string, () => TestRun, string, RegExp])[] = [
  [
    'an empty data file',
    () => makeRun(quick, ''),
    'data.empty',
    /train\.jsonl has no rows: give it rows such as/,
  ],
  [
    'a data file of other things',
    () => makeRun(quick, '{"foo": 1}\n{"foo": 2}\n'),
    'data.empty',
    /no readable row \(line 1 has the keys foo, which is no known row format/,
  ],
  ['a data file that is not JSON', () => makeRun(quick, 'hello\n'), 'data.empty', /line 1 not JSON: hello/],
  [
    'a missing data file',
    () => makeRun({ ...quick, train_file: '/nowhere/train.jsonl' }, rows),
    'data.missing',
    /\/nowhere\/train\.jsonl could not be read .*: give the path/,
  ],
  [
    'labels all cut away',
    () => makeRun({ ...quick, max_length: 4 }, rows),
    'data.masked',
    /None of the 8 rows has a token the loss counts .*: raise max_length \(4\) towards \d+/,
  ],
  [
    'a model folder without config',
    spoiled((folder) => execFileSync('rm', [join(folder, 'config.json')])),
    'model.config',
    /has no config\.json: give the folder of a Hugging Face model/,
  ],
  [
    'a model folder without weights',
    spoiled((folder) => execFileSync('rm', [join(folder, 'model.safetensors')])),
    'model.weights',
    /has no model\.safetensors: save the model .* or set from_config: true/,
  ],
  [
    'an unsupported architecture',
    editConfig((json) => (json.architectures = ['GPT2LMHeadModel'])),
    'model.architecture',
    /is a GPT2LMHeadModel, and the tfjs engine trains LlamaForCausalLM and Qwen2ForCausalLM only/,
  ],
  [
    'a rope variant',
    editConfig((json) => (json.rope_scaling = { rope_type: 'llama3' })),
    'model.architecture',
    /asks for rope type llama3, which the tfjs engine does not compute/,
  ],
  [
    'a config of another size',
    editConfig((json) => (json.intermediate_size = 352)),
    'model.weights',
    /holds model\.layers\.0\.mlp\.gate_proj\.weight as \[344, 128\], config\.json makes it \[352, 128\]/,
  ],
  [
    'a config with nonsense',
    editConfig((json) => (json.hidden_size = -1)),
    'model.config',
    /config\.json: hidden_size .*: use the config|use the config/,
  ],
  [
    'truncated weights',
    spoiled((folder) => truncateSync(join(folder, 'model.safetensors'), 100_000)),
    'model.safetensors',
    /ends before .* does .*: copy or download the file again/,
  ],
  [
    'a lying header',
    spoiled((folder) => writeFileSync(join(folder, 'model.safetensors'), Buffer.alloc(64, 0xff))),
    'model.safetensors',
    /claims a header of \d+ bytes in a file of 64/,
  ],
  [
    'a tokenizer of another model',
    spoiled((folder) => cpSync(join(modelFolder('tiny-llama'), 'config.json'), join(folder, 'config.json'))),
    'model.tokenizer',
    /tokenizer\.json has 2048 tokens, the model's embedding 320 rows: use the tokenizer that came/,
  ],
  [
    'a tokenizer that is not one',
    spoiled((folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"model": 3}')),
    'model.tokenizer',
    /could not be read .*: save the tokenizer again/,
  ],
  [
    'a learning rate that explodes',
    () =>
      makeRun(
        { ...quick, max_steps: 200, learning_rate: 1e30, max_grad_norm: 0, lr_scheduler_type: 'constant' },
        rows,
      ),
    'loss.not-finite',
    /The loss became .* \(gradient norm .*\) at step \d+ with learning_rate 1e\+30: start a new run with a lower learning_rate/,
  ],
];

describe('each gives one sentence with the value and the cure, and exit code 1', () => {
  it.each(failures)('%s', async (_what, make, code, message) => {
    const run = make();
    expect(await runEngine(run)).toMatchObject({ code: 1, signal: null });
    const last = readEvents(run).at(-1);
    expect(last).toMatchObject({ type: 'failed', code, message: expect.stringMatching(message) as unknown });
    expect(existsSync(run.paths.engineLock)).toBe(false);
  });
});

it('a NaN loss is on the record before the failure', async () => {
  const run = makeRun(
    { ...quick, max_steps: 200, learning_rate: 1e30, max_grad_norm: 0, lr_scheduler_type: 'constant' },
    rows,
  );
  await runEngine(run);
  const last = eventsOf(run, 'stepped').at(-1);
  expect(Number.isFinite(last?.loss) && Number.isFinite(last?.grad_norm)).toBe(false);
  expect(readFileSync(run.paths.events, 'utf8')).not.toMatch(/:(NaN|null,"ce_loss")/);
});

it('one row is enough', async () => {
  const run = makeRun(quick, [question('Ada Lovelace', 'London')]);
  expect(await runEngine(run)).toMatchObject({ code: 0 });
  expect(eventsOf(run, 'started')[0]).toMatchObject({ num_rows: 1, total_steps: 2 });
});

it('unreadable and fully masked rows are left out, and said', async () => {
  const long = question('x'.repeat(400), 'London');
  const run = makeRun(
    { ...quick, max_length: 40 },
    `${rows.map((row) => JSON.stringify(row)).join('\n')}\nbroken\n${JSON.stringify(long)}\n`,
  );
  expect(await runEngine(run)).toMatchObject({ code: 0 });
  expect(eventsOf(run, 'warned').map((event) => event.code)).toEqual(
    expect.arrayContaining(['data.unreadable-rows', 'data.masked']),
  );
  expect(eventsOf(run, 'started')[0]?.num_rows).toBe(8);
});

it('a base that knows no probe fact: said, and training goes on', async () => {
  const within = temporaryFolder();
  const held = join(within, 'held.jsonl');
  writeFileSync(held, JSON.stringify(question('Nobody Atall', 'Nowhere')));
  const run = makeRun(
    { ...quick, probes: { sets: [{ name: 'held', file: held }], prompts: probePrompts } },
    rows,
    within,
  );
  expect(await runEngine(run)).toMatchObject({ code: 0 });
  expect(eventsOf(run, 'warned')[0]).toMatchObject({ code: 'probes.nothing-known' });
  expect(eventsOf(run, 'evaluated').at(-1)).toMatchObject({ held: null, forgetting: null });
});

describe('run folders made by others', () => {
  it.each([
    [
      'no run.json',
      (run: TestRun) => execFileSync('rm', [run.paths.runFile]),
      /run\.json is missing: start runs with/,
    ],
    [
      'a run.json of nonsense',
      (run: TestRun) => writeFileSync(run.paths.runFile, '{"protocol": "1.0"}'),
      /run\.json is not a run of this version/,
    ],
    [
      'deep nesting',
      (run: TestRun) => writeFileSync(run.paths.runFile, '['.repeat(5_000) + ']'.repeat(5_000)),
      /nested deeper than 32 levels/,
    ],
    [
      'a newer protocol',
      (run: TestRun) => editJson(run.paths.runFile, (json) => (json.protocol = '2.0')),
      /speaks protocol 2\.0, this Holdfast speaks 1\.0/,
    ],
  ])('%s is refused before anything is written', async (_what, spoil, message) => {
    const run = makeRun(quick, rows);
    spoil(run);
    const ended = await runEngine(run);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toMatch(message);
    expect(existsSync(run.paths.events)).toBe(false);
  });

  it('events.jsonl edited by hand: said, not overwritten', async () => {
    const run = makeRun(quick, rows);
    writeFileSync(run.paths.events, 'I was here\n');
    expect((await runEngine(run)).code).not.toBe(0);
    expect(readFileSync(run.paths.events, 'utf8')).toBe('I was here\n');
  });

  it('data that changed since the run was asked for is refused', async () => {
    const run = makeRun(quick, rows);
    editJson(run.paths.runFile, (json) => {
      const { train_file } = json.config as { train_file: string };
      json.data = [{ path: train_file, sha256: '0'.repeat(64), bytes: 1 }];
    });
    expect(await runEngine(run)).toMatchObject({ code: 1 });
    expect(readEvents(run).at(-1)).toMatchObject({
      code: 'data.changed',
      message: expect.stringMatching(
        /has changed since .*: put the old file back, or start a new run/,
      ) as unknown,
    });
  });

  it('links that lead out of the folder are not followed when writing', async () => {
    const run = makeRun(quick, rows);
    const outside = join(temporaryFolder(), 'outside');
    mkdirSync(outside);
    execFileSync('rm', ['-r', run.paths.checkpoints]);
    symlinkSync(outside, run.paths.checkpoints);
    expect((await runEngine(run)).code).not.toBe(0);
    expect(readdirSync(outside)).toEqual([]);
  });
});

/** A small file system of its own, where that is permitted (root on Linux). */
function smallDisk(megabytes: number): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

const disk = smallDisk(22);
afterAll(() => {
  if (disk !== undefined) execFileSync('umount', ['-l', disk]);
});

it.skipIf(disk === undefined)('a full disk: said, checkpoints kept, resumed when there is room', async () => {
  // One checkpoint takes 12.8 MB, so the second does not fit.
  const run = makeRun({ ...quick, max_steps: 4, save_strategy: 'steps', save_steps: 1 }, rows, disk);
  expect(await runEngine(run)).toMatchObject({ code: 1 });
  expect(readEvents(run).at(-1)).toMatchObject({
    type: 'failed',
    code: 'disk.full',
    message: expect.stringMatching(
      /No space was left for .*step-00000002.*: free some disk space, then resume/,
    ) as unknown,
  });
  expect(readdirSync(run.paths.checkpoints)).toEqual(['step-00000001']);

  execFileSync('mount', ['-o', 'remount,size=80m', disk ?? ''], { stdio: 'ignore' });
  expect(await runEngine(run)).toMatchObject({ code: 0 });
  expect(eventsOf(run, 'started').at(-1)?.resumed_from_step).toBe(1);
  expect(readEvents(run).at(-1)?.type).toBe('finished');
});

it('killed at any moment, the folder can be resumed', async () => {
  const run = makeRun(
    { ...quick, max_steps: 6, save_strategy: 'steps', save_steps: 2, eval_strategy: 'steps', eval_steps: 2 },
    rows,
  );
  for (const moment of ['hello', 'progressed', 'started', 'stepped', 'saved'] as const) {
    const seen = readEvents(run).length;
    const { child, ended } = startEngineProcess(run);
    await waitForEvent(run, ended, (event) => event.seq >= seen && event.type === moment);
    child.kill('SIGKILL');
    await ended;
  }
  expect(await runEngine(run)).toMatchObject({ code: 0 });
  expect(readEvents(run).at(-1)).toMatchObject({ type: 'finished', step: 6 });
});
