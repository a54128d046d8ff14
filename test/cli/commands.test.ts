import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIG, makeWorkplace, removeWorkplaces, until, type Workplace } from './cli.ts';

afterAll(removeWorkplaces);

const long = CONFIG.replace('max_steps: 4', 'max_steps: 2000').replace(
  'eval_steps: 2',
  'eval_strategy: "no"\nsave_strategy: "no"',
);

interface Detached {
  id: string;
  folder: string;
}

async function detach(place: Workplace): Promise<Detached> {
  const { code, stdout, stderr } = await place.run('run', 'support.sft.yaml', '--detach', '--json');
  expect(stderr).toMatch(/run \d{8}-\d{6}-support-/);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Detached;
}

const events = (folder: string): string =>
  existsSync(join(folder, 'events.jsonl')) ? readFileSync(join(folder, 'events.jsonl'), 'utf8') : '';

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly { readonly physicalLocation: object }[];
  }[];
}

describe('a finished run', () => {
  const place = makeWorkplace();

  it('run follows it and ends with the table, lost facts and paths', async () => {
    const { code, stdout, stderr } = await place.run('run', 'support.sft.yaml');
    expect(code).toBe(0);
    expect(stderr).toMatch(/step 0: held/);
    expect(stdout).toMatch(
      /held {2}facts it knew, never trained on +\d+\/\d+ +\d\.\d{3} +\d\.\d{3} - \d\.\d{3}/,
    );
    expect(stdout).toMatch(/the base model knew \d+ of the 40 training rows/);
    expect(stdout).toMatch(/run folder +.*support-/);
  });

  it('run --json prints one object, --set overrides', async () => {
    const { code, stdout } = await place.run(
      'run',
      'support.sft.yaml',
      '--json',
      '--set',
      'max_steps=2',
      '--set',
      'probes.max_forgetting=1',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', step: 2, total_steps: 2 });
  });

  it('runs lists both, attach shows one again, compare puts them side by side', async () => {
    const listed = JSON.parse((await place.run('runs', '--json')).stdout) as {
      id: string;
      status: string;
      held: number;
    }[];
    expect(listed.map(({ status }) => status)).toEqual(['finished', 'finished']);
    const [first, second] = listed;
    expect((await place.run('runs')).stdout).toContain(first?.id);

    const attached = await place.run('attach', 'last');
    expect(attached.code).toBe(0);
    expect(attached.stdout).toContain('exact match');

    const compared = await place.run('compare', first?.id ?? '', 'last');
    expect(compared.code).toBe(0);
    expect(compared.stdout).toContain('exact McNemar p');
    expect(
      JSON.parse((await place.run('compare', first?.id ?? '', second?.id ?? '', '--json')).stdout),
    ).toMatchObject({ rows: [{}, {}], pairs: [{}] });
  });

  it('a finished run is not resumed', async () => {
    const { code, stderr } = await place.run('resume', 'last');
    expect(code).toBe(2);
    expect(stderr).toMatch(/is finished; start a new run/);
  });

  it('a reader that closes the pipe early is no failure', async () => {
    const { child, ended } = place.start('runs');
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('a run from another folder is named by its path where its id would not be found', async () => {
    const elsewhere = makeWorkplace();
    const config = join(place.folder, 'support.sft.yaml');
    const { code, stdout } = await elsewhere.run('run', config, '--set', 'max_steps=1');
    expect(code).toBe(0);
    expect(stdout).toContain(`run folder       ${join(place.folder, '.holdfast/runs')}`);
    expect(stdout).toMatch(/try next +holdfast \S+ '\/.*support/);
    expect(existsSync(join(elsewhere.folder, '.holdfast'))).toBe(false);
  });

  it('a broken run does not hide the others', async () => {
    const { folder } = JSON.parse((await place.run('attach', 'last', '--json')).stdout) as Detached;
    const copy = join(folder, '..', '99999999-broken');
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'run.json'), '{');
    const { stdout, stderr } = await place.run('runs');
    expect(stdout).toMatch(/^99999999-broken +broken$/m);
    expect(stdout).toMatch(/support-.* finished /);
    expect(stderr).toMatch(/Cannot use .*run\.json: not JSON/);
    rmSync(copy, { recursive: true });
  });
});

describe('a long run', () => {
  const place = makeWorkplace(long);

  it('goes on without its starter, is steered, stopped and resumed', async () => {
    const run = await detach(place);
    await until(() => events(run.folder).includes('"stepped"'));
    for (const command of ['pause', 'continue', 'save', 'evaluate']) {
      const type =
        { pause: 'paused', continue: 'continued', save: 'saved', evaluate: 'evaluated' }[command] ?? '';
      const before = events(run.folder).length;
      expect((await place.run(command, run.id)).code).toBe(0);
      await until(() => events(run.folder).slice(before).includes(`"type":"${type}"`));
    }
    expect((await place.run('runs')).stdout).toContain('running');
    expect(await place.run('stop', 'last')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('stopped politely') as unknown,
    });
    expect((await place.run('runs')).stdout).toContain('stopped');

    const resumed = place.start('resume', run.id);
    await until(() => events(run.folder).split('"type":"started"').length > 2);
    await until(
      () => /step \d+\/2000/.test(resumed.said()) || events(run.folder).split('"attempt":2').length > 1,
    );
    resumed.child.kill('SIGINT');
    const ended = await resumed.ended;
    expect(ended.stderr).toMatch(/stopping: the step in hand is finished/);
    expect(ended.stderr).toMatch(/Stopped at step \d+ \(Ctrl-C\): go on with "holdfast resume/);
    expect(ended.code).toBe(0);
  });

  it('goes on when its starter is killed, and another terminal sees it end', async () => {
    const starter = place.start('run', 'support.sft.yaml', '--set', 'max_steps=30');
    await until(() => /run (\S+)/.test(starter.said()));
    const folder = join(place.folder, '.holdfast/runs', /run (\S+)/.exec(starter.said())?.[1] ?? '');
    await until(() => events(folder).includes('"type":"stepped"'));
    starter.child.kill('SIGKILL');
    await starter.ended;
    expect(events(folder)).not.toContain('"type":"finished"');
    const attached = await place.run('attach', 'last', '--json');
    expect(attached.code).toBe(0);
    expect(JSON.parse(attached.stdout)).toMatchObject({ status: 'finished', step: 30 });
  });

  it('says so when the engine is killed, and resume goes on', async () => {
    const follower = place.start(
      'run',
      'support.sft.yaml',
      '--set',
      'save_strategy=steps',
      '--set',
      'save_steps=2',
    );
    await until(() => /run (\S+)/.test(follower.said()));
    const id = /run (\S+)/.exec(follower.said())?.[1] ?? '';
    const folder = join(place.folder, '.holdfast/runs', id);
    await until(() => events(folder).includes('"type":"saved"'));
    const { pid } = JSON.parse(readFileSync(join(folder, 'process.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const lost = await follower.ended;
    expect(lost).toMatchObject({ code: 1 });
    expect(lost.stderr).toMatch(/The engine is gone without a last word .*: go on with "holdfast resume/);
    expect((await place.run('runs')).stdout).toContain('lost');

    expect((await place.run('resume', id, '--detach')).code).toBe(0);
    await until(() => events(folder).split('"type":"started"').length > 2);
    expect(await place.run('stop', id, '--grace', '30')).toMatchObject({ code: 0 });
  });
});

describe('runs that cannot be watched to their end', () => {
  const place = makeWorkplace();
  const orphan = async (id: string, files: readonly string[]): Promise<string> => {
    const { stdout } = await place.run('run', 'support.sft.yaml', '--set', 'max_steps=1', '--json');
    const { folder } = JSON.parse(stdout) as Detached;
    const copy = join(folder, '..', id);
    mkdirSync(join(copy, 'commands'), { recursive: true });
    for (const name of files) cpSync(join(folder, name), join(copy, name));
    return copy;
  };

  it('attach refuses one that was never started', async () => {
    await orphan('99999999-never', ['run.json']);
    const { code, stderr } = await place.run('attach', '99999999-never');
    expect(stderr).toMatch(/Run 99999999-never was never started: start it with "holdfast resume/);
    expect(code).toBe(2);
    expect(await place.run('save', '99999999-never')).toMatchObject({ code: 2 });
  });

  it('a third Ctrl-C leaves one on another machine', async () => {
    const copy = await orphan('99999999-far', ['run.json', 'process.json', 'events.jsonl']);
    const lines = events(copy)
      .split('\n')
      .filter((line) => !line.includes('"type":"finished"'));
    writeFileSync(join(copy, 'events.jsonl'), lines.join('\n'));
    const process_ = JSON.parse(readFileSync(join(copy, 'process.json'), 'utf8')) as object;
    writeFileSync(join(copy, 'process.json'), JSON.stringify({ ...process_, hostname: 'far-away' }));
    writeFileSync(join(copy, 'engine.lock'), 'held');
    const { child, said, ended } = place.start('attach', '99999999-far');
    await until(() => said().includes('step 0: held'));
    child.kill('SIGINT');
    await until(() => said().includes('stopping:'));
    child.kill('SIGINT');
    await until(() => said().includes('The run works on far-away'));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/No longer watching; the run is unknown: .*"holdfast attach 99999999-far"/);
    expect(code).toBe(1);
    expect(readdirSync(join(copy, 'commands'))).not.toHaveLength(0);
  });
});

it.skipIf(process.platform === 'win32')('a second Ctrl-C ends an engine that no longer listens', async () => {
  const place = makeWorkplace(long);
  const follower = place.start('run', 'support.sft.yaml');
  await until(() => /run (\S+)/.test(follower.said()));
  const folder = join(place.folder, '.holdfast/runs', /run (\S+)/.exec(follower.said())?.[1] ?? '');
  await until(() => events(folder).includes('"type":"stepped"'));
  const { pid } = JSON.parse(readFileSync(join(folder, 'process.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGSTOP');
  follower.child.kill('SIGINT');
  await until(() => follower.said().includes('stopping:'));
  follower.child.kill('SIGINT');
  const { code, stderr } = await follower.ended;
  expect(stderr).toMatch(/ending it by force/);
  expect(stderr).toMatch(/The engine is gone without a last word/);
  expect(code).toBe(1);
});

describe('wrong requests: one sentence, exit code 2', () => {
  const place = makeWorkplace();
  writeFileSync(join(place.folder, 'broken.sft.yaml'), 'version: 1\nlearning_rate: [\n');
  writeFileSync(
    join(place.folder, 'typos.sft.yaml'),
    CONFIG.replace('learning_rate', 'lerning_rate').replace('train.jsonl', 'nowhere.jsonl'),
  );
  writeFileSync(join(place.folder, 'reserved.sft.yaml'), `${CONFIG}replay: {}\n`);

  it.each([
    [['run', 'nowhere.sft.yaml'], /nowhere\.sft\.yaml could not be read/],
    [['run', 'broken.sft.yaml'], /broken\.sft\.yaml:\d+:\d+ error config\.syntax/],
    [['run', 'typos.sft.yaml'], /typos\.sft\.yaml:4:1 error config\.unknown-key .*learning_rate/],
    [['run', 'reserved.sft.yaml'], /error config\.reserved-key .*replay/],
    [['run', 'support.sft.yaml', '--engine', 'jax'], /engine/],
    [['run', 'support.sft.yaml', '--set', 'learning_rate'], /has no value: write --set key=value/],
    [['attach', 'nothing'], /No run is called nothing: there are no runs here yet/],
    [['stop', 'nothing'], /No run is called nothing/],
    [['frobnicate'], /unknown command/],
    [['run'], /missing required argument/],
    [['init', '--out', 'no/such/folder.yaml'], /could not be written .*give another path with --out/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await place.run(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(code).toBe(2);
    expect(existsSync(join(place.folder, '.holdfast'))).toBe(false);
  });

  it('check says every problem of every file with its place', async () => {
    const { code, stdout, stderr } = await place.run(
      'check',
      'support.sft.yaml',
      'typos.sft.yaml',
      'broken.sft.yaml',
    );
    expect(code).toBe(2);
    expect(stdout).toMatch(/^support\.sft\.yaml: Data: 40 rows, \d+ tokens in all epochs$/m);
    expect(stdout).toMatch(/^support\.sft\.yaml: Steps: 4 optimizer steps/m);
    expect(stdout).toMatch(/^support\.sft\.yaml: Memory: about \d+ MB of \d+\.\d GB on /m);
    expect(stdout).toMatch(/typos\.sft\.yaml:3:\d+ error config\.missing-file .*nowhere\.jsonl/);
    expect(stderr).toMatch(/^\d+ errors, \d+ warnings?, \d+ hints?$/m);
    expect((await place.run('check', 'support.sft.yaml')).code).toBe(0);
    const [said] = JSON.parse((await place.run('check', 'typos.sft.yaml', '--json')).stdout) as [
      { file: string; problems: { code: string; level: string }[] },
    ];
    expect(said.file).toBe('typos.sft.yaml');
    expect(said.problems.filter(({ level }) => level === 'error').map(({ code }) => code)).toEqual([
      'config.missing-file',
      'config.unknown-key',
    ]);
  });

  it('check speaks SARIF, and of every rule at the level that is wanted', async () => {
    const { code, stdout } = await place.run('check', 'typos.sft.yaml', '--format', 'sarif');
    expect(code).toBe(2);
    const [run] = (JSON.parse(stdout) as { runs: [SarifRun] }).runs;
    const result = run.results.find(({ ruleId }) => ruleId === 'config.unknown-key');
    expect(run.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe('config.unknown-key');
    expect(result?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'typos.sft.yaml', uriBaseId: 'ROOT' },
      region: { startLine: 4, startColumn: 1 },
    });
    const quiet = await place.run(
      'check',
      'typos.sft.yaml',
      '--level',
      'config.unknown-key=off',
      '--level',
      'config.missing-file=hint',
    );
    expect(quiet.stdout).not.toContain('config.unknown-key');
    expect(quiet.stdout).toContain('hint config.missing-file');
    expect(await place.run('check', 'typos.sft.yaml', '--level', 'config.unknown-kee=off')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean config.unknown-key?') as unknown,
    });
    expect((await place.run('check', 'typos.sft.yaml', '--format', 'xml')).code).toBe(2);
  });

  it('check counts rows that a run would leave out', async () => {
    const lines = readFileSync(join(place.folder, 'train.jsonl'), 'utf8').split('\n').slice(0, 3);
    writeFileSync(join(place.folder, 'torn.jsonl'), [...lines, '{"prompt": '].join('\n'));
    const config = CONFIG.replace('train.jsonl', 'torn.jsonl').replace('max_steps: 4', 'num_train_epochs: 3');
    writeFileSync(join(place.folder, 'torn.sft.yaml'), config);
    const { code, stdout } = await place.run('check', 'torn.sft.yaml');
    expect(stdout).toMatch(/^torn\.sft\.yaml:3:\d+ warning data\.unreadable-rows .*\b4\b/m);
    expect(stdout).toMatch(/^torn\.sft\.yaml: Data: 3 rows, .*, 1 more cannot be read and are left out$/m);
    expect(stdout).toMatch(/^torn\.sft\.yaml: Steps: 3 optimizer steps/m);
    expect(code).toBe(0);
  });

  it('--debug shows where a complaint came from', async () => {
    expect((await place.run('attach', 'nothing', '--debug')).stderr).toMatch(/\n {4}at /);
  });

  it('init writes a config once', async () => {
    expect(await place.run('init', '--data', 'train.jsonl', '--model', 'model')).toMatchObject({ code: 0 });
    expect((await place.run('check', 'new.sft.yaml')).code).toBe(0);
    expect(await place.run('init')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists already') as unknown,
    });
  });
});

it('a failed run exits with 1 and its one sentence', async () => {
  const place = makeWorkplace(
    CONFIG.replace('learning_rate: 1.0e-3', 'learning_rate: 1.0e+30\nmax_grad_norm: 0'),
  );
  const { code, stderr } = await place.run('run', 'support.sft.yaml');
  expect(code).toBe(1);
  expect(stderr).toMatch(/The loss became .*: start a new run with a lower learning_rate/);
});

it('a run stopped by its limit exits with 3', async () => {
  const place = makeWorkplace(
    CONFIG.replace('max_steps: 4', 'max_steps: 80')
      .replace('learning_rate: 1.0e-3', 'learning_rate: 0.02\nlr_scheduler_type: constant')
      .concat('  max_forgetting: 0\n  on_exceeded: stop\n'),
  );
  const { code, stderr } = await place.run('run', 'support.sft.yaml');
  expect(stderr).toMatch(/Stopped at step \d+ \(forgetting .* is above max_forgetting/);
  expect(code).toBe(3);
});

describe('check --preview', () => {
  const place = makeWorkplace();
  it('shows the first rows token by token, with what the loss counts', async () => {
    const { code, stdout } = await place.run('check', 'support.sft.yaml', '--preview', '2');
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => /^ {2}Answer\|·the\|/.test(line));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatch(/\? \[·.*<\|endoftext\|>\]$/);
    expect(stdout).toMatch(/^40 rows, \d+\.\d tokens each \(longest \d+\), of which the loss counts \d+ %/m);
    const json = await place.run('check', 'support.sft.yaml', '--preview', '1', '--json');
    const [result] = JSON.parse(json.stdout) as [{ preview: { rows: { tokens: { counted: boolean }[] }[] } }];
    const tokens = result.preview.rows[0]?.tokens ?? [];
    const first = tokens.findIndex(({ counted }) => counted);
    expect(tokens.map(({ counted }) => counted)).toEqual(tokens.map((_, index) => index >= first));
  });

  it('says what it cannot word, and what is no number of rows', async () => {
    const turn = (role: string): object => ({ role, content: 'x' });
    const messages = ['user', 'assistant', 'user', 'assistant'].map(turn);
    writeFileSync(join(place.folder, 'train.jsonl'), JSON.stringify({ messages }));
    const { stdout } = await place.run('check', 'support.sft.yaml', '--preview', '1');
    expect(stdout).toMatch(
      /train\.jsonl:1 {2}left out: it is a conversation of several turns, and the model has no chat template/,
    );
    const wrong = await place.run('check', 'support.sft.yaml', '--preview', 'all');
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--preview all is no number of rows') as unknown,
    });
  });
});
