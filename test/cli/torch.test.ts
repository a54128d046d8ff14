import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi, type TestContext } from 'vitest';
import { runPaths } from '../../src/folder/layout.ts';
import { readProcessFile, readRunFile } from '../../src/launch/runReader.ts';
import { brokenPromises } from '../wire/promises.ts';
import { program } from '../launch/pythons.ts';
import { CONFIG, makeWorkplace, removeWorkplaces, until, type Workplace } from './cli.ts';

const python = process.env.HOLDFAST_TEST_PYTHON;

function needTorch({ skip }: Pick<TestContext, 'skip'>): void {
  skip(
    python === undefined,
    'HOLDFAST_TEST_PYTHON names no Python with PyTorch (scripts/torch-env.mjs makes one)',
  );
}

beforeEach(() => {
  vi.stubEnv('HOLDFAST_PYTHON', python ?? '/nowhere/python');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(removeWorkplaces);

const runsOf = ({ folder }: Workplace): string[] => {
  const runs = join(folder, '.holdfast', 'runs');
  return existsSync(runs) ? readdirSync(runs).map((id) => join(runs, id)) : [];
};
const textOf = (run: string): string => {
  const { events } = runPaths(run);
  return existsSync(events) ? readFileSync(events, 'utf8') : '';
};

/** Waits for so many steps; an engine that failed takes none. */
async function stepped(run: string, count: number): Promise<void> {
  await until(
    () => (textOf(run).match(/"stepped"/g) ?? []).length >= count || textOf(run).includes('"failed"'),
  );
  expect(textOf(run)).not.toContain('"failed"');
}

describe('with a Python that can', () => {
  test('a run is made, followed and told; the model it made is asked by the same engine', async (context) => {
    needTorch(context);
    const place = makeWorkplace();
    const { code, stdout, stderr } = await place.run(
      'run',
      'support.sft.yaml',
      '--engine',
      'torch',
      '--json',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', step: 4, total_steps: 4 });
    const [run = ''] = runsOf(place);
    expect(readRunFile(run)).toMatchObject({
      value: { config: { engine: 'torch' }, origins: { engine: 'flag' } },
    });
    expect(readProcessFile(run)).toMatchObject({ value: { engine: 'torch' } });
    expect(brokenPromises(textOf(run))).toEqual([]);

    const asked = await place.run('ask', 'last', '--question', 'Where was Ada Lovelace born?', '--json');
    expect(asked).toMatchObject({ code: 0 });
    const answer = JSON.parse(asked.stdout) as { answers: unknown[] };
    expect(answer.answers).toHaveLength(2);
  });

  test('both engines find a model to know the same', async (context) => {
    needTorch(context);
    const place = makeWorkplace();
    const probe = async (engine: string): Promise<unknown> => {
      const prompt = ['--prompt', 'Q: {question}\\nA:'];
      const { code, stdout } = await place.run(
        'probe',
        'model',
        'held.jsonl',
        ...prompt,
        '--engine',
        engine,
        '--json',
      );
      expect(code).toBe(0);
      const { known, rows, from_cache: isCached } = JSON.parse(stdout) as Record<string, unknown>;
      expect(isCached).toBe(false);
      // What was found out is kept for every engine.
      rmSync(join(place.folder, '.holdfast', 'cache'), { recursive: true });
      return { known, rows };
    };
    expect(await probe('torch')).toEqual(await probe('tfjs'));
  });

  test.skipIf(process.platform === 'win32')(
    'an environment beside the config is found; its engine is ended by force, resumed and stopped through a launcher',
    async (context) => {
      needTorch(context);
      vi.stubEnv('HOLDFAST_PYTHON', '');
      const config = `${CONFIG.replace('max_steps: 4', 'max_steps: 4000')}engine: torch\nsave_strategy: no\n`;
      const place = makeWorkplace(config);
      // Between the program that is started and the one that works stands another one, as in environments on Windows.
      program(`"${python ?? ''}" "$@"`, join(place.folder, '.venv', 'bin', 'python'));
      const started = await place.run('run', 'support.sft.yaml', '--detach');
      expect(started).toMatchObject({ code: 0 });
      const [run = ''] = runsOf(place);
      await stepped(run, 1);
      const killed = await place.run('stop', 'last', '--grace', '0');
      expect(killed.stdout).toMatch(/: killed$/m);

      expect(await place.run('resume', 'last', '--detach')).toMatchObject({ code: 0 });
      expect(readProcessFile(run)).toMatchObject({ value: { engine: 'torch', attempt: 2 } });
      await stepped(run, 3);
      const stopped = await place.run('stop', 'last');
      expect(stopped.stdout).toMatch(/: stopped politely$/m);
      expect(brokenPromises(textOf(run))).toEqual([]);
    },
  );
});

describe('what cannot be is refused before anything is made', () => {
  const refusals: [string, string[], RegExp][] = [
    [
      'a Python that is none',
      ['--engine', 'torch'],
      /^The Python chosen in HOLDFAST_PYTHON cannot run the torch engine: \/nowhere\/python is not there; .*holdfast setup torch/m,
    ],
    [
      'a setting that needs one',
      ['--set', 'lora={}'],
      /^This needs the torch engine, because of lora; the Python chosen in HOLDFAST_PYTHON /m,
    ],
    [
      'a setting that the engine has not',
      ['--engine', 'tfjs', '--set', 'lora={}'],
      /error config\.torch-only .*`lora` needs the torch engine/,
    ],
    [
      'adapters and frozen groups',
      ['--set', 'lora={}', '--set', 'freeze.groups=[ffn]'],
      /error config\.lora-with-freeze /,
    ],
    [
      'a model of the hub without network',
      ['--set', 'model_name_or_path=org/none'],
      /error config\.missing-file .*HF_HUB_OFFLINE forbids/,
    ],
  ];
  test.each(refusals)('%s', async (_name, flags, sentence) => {
    vi.stubEnv('HOLDFAST_PYTHON', '/nowhere/python');
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const place = makeWorkplace();
    const { code, stderr } = await place.run('run', 'support.sft.yaml', ...flags);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
    expect(runsOf(place)).toEqual([]);
  });

  test.each([
    [['setup', 'jax'], /There is nothing called jax to set up: write holdfast setup torch\./],
    [
      ['setup', 'torch', '--cpu', '--index-url', 'https://x'],
      /--cpu and --index-url both say where PyTorch comes from/,
    ],
    [
      ['probe', 'model', 'held.jsonl', '--engine', 'jax'],
      /--engine jax is no engine: write auto, tfjs or torch\./,
    ],
    [
      ['ask', 'model', '--engine', 'tfjs', '--trust-remote-code', '--question', 'Why?'],
      /--trust-remote-code is for Python code/,
    ],
  ])('%j', async (args, sentence) => {
    const { code, stderr } = await makeWorkplace().run(...args);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
  });
});

test('a model of the Hugging Face cache is found by its id', async () => {
  const place = makeWorkplace();
  const cache = join(place.folder, 'hub');
  const snapshot = join(cache, 'models--org--lab', 'snapshots', '0123456789abcdef');
  cpSync(join(place.folder, 'model'), snapshot, { recursive: true });
  vi.stubEnv('HF_HUB_CACHE', cache);
  const flags = ['--set', 'model_name_or_path=org/lab', '--set', 'max_steps=1', '--set', 'eval_strategy=no'];
  expect(await place.run('run', 'support.sft.yaml', ...flags)).toMatchObject({ code: 0 });
  const [run = ''] = runsOf(place);
  expect(readRunFile(run)).toMatchObject({
    value: { config: { engine: 'tfjs', model_name_or_path: snapshot } },
  });
  const asked = await place.run('ask', 'org/lab', '--question', 'Where was Ada Lovelace born?', '--json');
  expect(asked).toMatchObject({ code: 0 });
});

test('check warns of a model that will be downloaded', async () => {
  const place = makeWorkplace(CONFIG.replace('model_name_or_path: model', 'model_name_or_path: org/none'));
  vi.stubEnv('HF_HUB_OFFLINE', '0');
  vi.stubEnv('HF_HUB_CACHE', join(place.folder, 'hub'));
  const { code, stdout, stderr } = await place.run('check', 'support.sft.yaml');
  expect(stdout).toMatch(/:2:21 warning config\.hub-download /);
  expect(stderr).toContain('0 errors, ');
  expect(code).toBe(0);
});
