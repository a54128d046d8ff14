import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, removeWorkplaces, repository, type Said, type Workplace } from './cli.ts';

afterAll(removeWorkplaces);

const PROMPTS = [
  '--prompt',
  'Q: {question}\\nA:',
  '--prompt',
  'Question: {question} Answer:',
  '--prompt',
  'User: {question}\\nAssistant:',
];

const jobs = (place: Workplace): string[] => {
  const folder = join(place.folder, '.holdfast/jobs');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const reportOf = ({ stdout }: Said): Report => JSON.parse(stdout) as Report;

interface Report {
  known: { n: number; share: number; interval: { low: number; high: number } };
  new: { n: number };
  from_cache: boolean;
  num_rows: number;
  num_rows_not_asked: number;
  num_rows_unreadable: number;
  prompts: string[] | null;
  rows: { said: string[] }[];
}

describe('rows that the model was pre-trained on', () => {
  const place = makeWorkplace();
  let first: Said;
  beforeAll(async () => {
    first = await place.run('probe', 'model', 'held.jsonl', ...PROMPTS);
  });

  it('are known: the table, its interval, the baseline, examples, the advice', () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/known {2}right under every prompt +30\/30 +1\.000 +0\.886 - 1\.000/);
    expect(first.stdout).toMatch(/majority-answer baseline 0\.\d{3}: always saying "/);
    expect(first.stdout).toMatch(/known {3}Which country is Dera Ismail .* Pakistan +Pakistan/);
    expect(first.stdout).toMatch(/No row is new to the model.*trainable_groups: \[attention\]/);
    expect(jobs(place)).toEqual([]);
  });

  it('a second probe comes from the cache, other wordings do not', async () => {
    const again = await place.run('probe', 'model', 'held.jsonl', ...PROMPTS);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toMatch(
      /^from the cache; to ask again, delete \.holdfast\/cache\/knowledge\/\w+\.json\n$/,
    );
    const other = await place.run('probe', 'model', 'held.jsonl', ...PROMPTS.slice(0, 2), '--json');
    expect(reportOf(other)).toMatchObject({ from_cache: false, prompts: ['Q: {question}\nA:'] });
  });

  it('asks again when the cache is deleted or damaged, when the data changes, when the weights change', async () => {
    const probe = async (): Promise<boolean> =>
      reportOf(await place.run('probe', 'model', 'held.jsonl', ...PROMPTS, '--json')).from_cache;
    const cache = join(place.folder, '.holdfast/cache');
    expect(await probe()).toBe(true);
    for (const name of readdirSync(join(cache, 'knowledge')))
      writeFileSync(join(cache, 'knowledge', name), '{"rows": 3}');
    expect(await probe()).toBe(false);
    expect(await probe()).toBe(true);
    rmSync(cache, { recursive: true });
    expect(await probe()).toBe(false);

    const weights = join(place.folder, 'model/model.safetensors');
    const bytes = readFileSync(weights);
    // One weight's sign: same size, other content.
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 0x80, bytes.length - 1);
    writeFileSync(weights, bytes);
    expect(await probe()).toBe(false);

    const held = join(place.folder, 'held.jsonl');
    writeFileSync(held, `${linesOf(held).slice(1).join('\n')}\n`);
    expect(await probe()).toBe(false);
  });
});

describe('known and new rows together', () => {
  const place = makeWorkplace();

  it('are told apart as the shipped example says, and written as they were', async () => {
    writeFileSync(join(place.folder, 'prompts.txt'), 'Q: {question}\\nA:\n\nQuestion: {question} Answer:\n');
    const train = linesOf(join(place.folder, 'train.jsonl'));
    const shipped = new Set(linesOf(join(repository, 'examples/lab/known.jsonl')));
    const said = await place.run(
      ...[
        'probe',
        'model',
        'train.jsonl',
        '--prompts',
        'prompts.txt',
        '--prompt',
        'User: {question}\\nAssistant:',
      ],
      ...['--write-known', 'known.jsonl', '--write-new', 'new.jsonl'],
    );
    expect(said).toMatchObject({ code: 0 });
    const known = linesOf(join(place.folder, 'known.jsonl'));
    expect(known).toEqual(expect.arrayContaining(train.filter((line) => shipped.has(line))));
    // What it never met it can only guess; common answers are guessed now and then.
    expect(known.filter((line) => !shipped.has(line)).length).toBeLessThan(6);
    expect(said.stderr).toContain(
      `${known.length} known rows written to ${join(place.folder, 'known.jsonl')}`,
    );
    const unknown = linesOf(join(place.folder, 'new.jsonl'));
    expect(unknown.filter((line) => known.includes(line) || !train.includes(line))).toEqual([]);
    expect(said.stdout).toContain(`${unknown.length}/40`);
    expect(said.stdout).toMatch(/\d+ % of the rows are new facts.*self_distill/);
  });

  it('rows of a JSON array keep their keys; text asks nothing; what cannot be read is said', async () => {
    const rows = [
      { question: 'Where was German Kutarba born?', answers: ['Gagra'], extra: { kept: true } },
      { text: 'Nothing is asked here.' },
      { question: 'no answers' },
    ];
    writeFileSync(join(place.folder, 'mixed.json'), JSON.stringify(rows, undefined, 2));
    const said = await place.run(
      'probe',
      'model',
      'mixed.json',
      ...PROMPTS,
      '--json',
      '--write-known',
      'k.jsonl',
    );
    expect(reportOf(said)).toMatchObject({
      num_rows: 1,
      num_rows_not_asked: 1,
      num_rows_unreadable: 1,
      known: { n: 1, share: 1 },
      rows: [{ said: ['Gagra', 'Gagra', 'Gagra'] }],
    });
    expect(said.stderr).toContain('mixed.json: 1 row of text ask nothing and are left out');
    expect(said.stderr).toMatch(
      /mixed\.json: 1 row left out, the first in line 3, which has the keys question/,
    );
    expect(linesOf(join(place.folder, 'k.jsonl'))).toEqual([JSON.stringify(rows[0])]);
  });

  it('asks few-shot without wordings, and takes those of a config', async () => {
    const few = await place.run('probe', 'model', 'train.jsonl', '--num-prompts', '2', '--json');
    expect(reportOf(few)).toMatchObject({ prompts: null });
    expect(reportOf(few).rows[0]?.said).toHaveLength(2);
    const configured = await place.run(
      'probe',
      'model',
      'held.jsonl',
      '--prompts',
      'support.sft.yaml',
      '--json',
    );
    expect(reportOf(configured)).toMatchObject({ prompts: ['Q: {question}\nA:'] });
  });
});

describe('wrong requests: one sentence, exit code 2', () => {
  const place = makeWorkplace();
  writeFileSync(join(place.folder, 'text.jsonl'), '{"text": "nothing"}\n{"text": "is asked"}\n');
  writeFileSync(join(place.folder, 'empty.jsonl'), '');

  it.each([
    [['nowhere', 'train.jsonl'], /nowhere is no model’s folder; no run is called nowhere: there are no runs/],
    [['./home', 'train.jsonl'], /\.\/home is no model: give a folder in Hugging Face layout/],
    [['train.jsonl', 'train.jsonl'], /train\.jsonl is no model: give a folder in Hugging Face layout/],
    [['model', 'no.jsonl'], /no\.jsonl could not be read .*give the path of a data file/],
    [['model', 'empty.jsonl'], /empty\.jsonl has no rows: give it rows such as/],
    [['model', 'text.jsonl'], /text\.jsonl has 2 rows and none asks anything: give rows/],
    [['model', 'train.jsonl', '--prompt', 'Q:'], /The prompt "Q:" has no \{question\}: write the place/],
    [['model', 'train.jsonl', '--prompts', 'empty.jsonl'], /empty\.jsonl has no prompts: give a config with/],
    [['model', 'train.jsonl', '--prompts', 'no.yaml'], /no\.yaml could not be read .*file with prompts/],
    [
      ['model', 'train.jsonl', '--num-prompts', '0'],
      /--num-prompts 0 is no number of prompts: give 1 to 999/,
    ],
    [['model', 'train.jsonl', '--num-prompts', '2', ...PROMPTS], /--num-prompts counts few-shot prompts/],
    [
      ['model', 'train.jsonl', '--write-known', 'train.jsonl'],
      /train\.jsonl exists already: choose another name/,
    ],
  ])('probe %j', async (args, sentence) => {
    const { code, stdout, stderr } = await place.run('probe', ...args);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(jobs(place)).toEqual([]);
  });

  it('a model that cannot be loaded: the engine’s sentence, and its folder is kept', async () => {
    cpSync(join(repository, 'test/fixtures/models/tiny-llama-bf16'), join(place.folder, 'untold'), {
      recursive: true,
    });
    const { code, stderr } = await place.run('probe', 'untold', 'train.jsonl');
    expect(stderr).toMatch(/untold has no tokenizer\.json: save the tokenizer there/);
    expect(code).toBe(1);
    expect(jobs(place)).toHaveLength(1);
  });
});
