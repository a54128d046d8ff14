import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { livenessOf } from '../../src/folder/identity.ts';
import { ProcessFileSchema } from '../../src/protocol/runFiles.ts';
import { CONFIG, makeWorkplace, removeWorkplaces, repository, until, type Workplace } from './cli.ts';

afterAll(removeWorkplaces);

const WORDING = ['--prompt', 'Q: {question}\\nA:'];
const KNOWN = 'Where was German Kutarba born?';

const jobs = (place: Workplace): string[] => {
  const folder = join(place.folder, '.holdfast/jobs');
  return existsSync(folder) ? readdirSync(folder) : [];
};

interface AnswerLine {
  question: string;
  accepted?: string[];
  answers: { model: string; text: string; tokens: number; ended: string }[];
  differ: boolean;
}
const answerLines = (stdout: string): AnswerLine[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AnswerLine);

describe('a model’s folder', () => {
  const place = makeWorkplace();
  cpSync(join(repository, 'test/fixtures/models/tiny-llama'), join(place.folder, 'tiny'), {
    recursive: true,
  });

  it('answers what it knows, and nothing is left behind', async () => {
    const { code, stdout, stderr } = await place.run('ask', 'model', '--question', KNOWN, ...WORDING);
    expect(stdout).toBe(`${KNOWN}\n  Gagra\n`);
    expect(stderr).toMatch(/^asking model\n/);
    expect(code).toBe(0);
    expect(jobs(place)).toEqual([]);
  });

  it('stands beside another one, with a mark where they differ', async () => {
    const said = await place.run('ask', 'model', '--before', 'tiny', '--question', KNOWN, ...WORDING);
    expect(said.stdout).toMatch(
      /^Where was German Kutarba born\?\n {4}before {2}.+ …\n {2}≠ now {5}Gagra\n$/,
    );
    const same = await place.run('ask', 'model', '--before', 'model', '--question', KNOWN, ...WORDING);
    expect(same.stdout).toBe(`${KNOWN}\n    before  Gagra\n    now     Gagra\n`);
  });

  it('takes one question a line from stdin; --raw puts the text as it is', async () => {
    const typed = await place.feed(`${KNOWN}\n\n${KNOWN}`, 'ask', 'model', ...WORDING);
    expect(typed.stdout).toBe(`${KNOWN}\n  Gagra\n`.repeat(2));
    const raw = await place.feed(`Question: ${KNOWN} Answer:\n`, 'ask', 'model', '--raw', '--json');
    expect(answerLines(raw.stdout)).toMatchObject([
      {
        question: `Question: ${KNOWN} Answer:`,
        answers: [{ text: 'Gagra', ended: 'end_token' }],
        differ: false,
      },
    ]);
  });

  it('asks the rows of a file: a table, and how many are right', async () => {
    const rows = readFileSync(join(place.folder, 'held.jsonl'), 'utf8').split('\n').slice(0, 3);
    // Worded already, so no other wording is put around it.
    rows.push(JSON.stringify({ prompt: `Q: ${KNOWN}\nA:`, completion: ' Gagra' }));
    writeFileSync(join(place.folder, 'four.jsonl'), rows.join('\n'));
    const { stdout, stderr } = await place.run(
      'ask',
      'model',
      '--before',
      'tiny',
      '--file',
      'four.jsonl',
      ...WORDING,
    );
    expect(stdout).toMatch(/^question +accepted +before +now/);
    expect(stdout).toMatch(/^Which country is Dera Ismail .*Pakistan .* Pakistan +≠$/m);
    expect(stdout).toMatch(/^Q: Where was German Kutarba .* Gagra .* Gagra +≠$/m);
    expect(stderr).toContain('4 questions: 0/4 right before, 4/4 right now, 4 answers changed');
    const json = await place.run('ask', 'model', '--file', 'four.jsonl', ...WORDING, '--json');
    expect(
      answerLines(json.stdout).map(({ accepted, answers }) => [accepted, answers[0]?.text]),
    ).toContainEqual([['Gagra'], 'Gagra']);
  });

  it.skipIf(process.platform === 'win32')('an engine whose asker was killed ends by itself', async () => {
    const { child, ended } = place.start('ask', 'model', '--file', 'train.jsonl', '--json');
    const file = (name: string): string => join(place.folder, '.holdfast/jobs', jobs(place)[0] ?? '', name);
    await until(() => existsSync(file('process.json')));
    child.kill('SIGKILL');
    await ended;
    const engine = ProcessFileSchema.parse(JSON.parse(readFileSync(file('process.json'), 'utf8')));
    await until(() => livenessOf(engine) === 'gone');
    expect(readFileSync(file('events.jsonl'), 'utf8')).toContain('the process that asked is gone');
  });
});

describe('a run', () => {
  const place = makeWorkplace(
    CONFIG.concat(
      'save_strategy: steps\nsave_steps: 2\nsave_total_limit: 9\nprompt_template: "Q: {question}\\nA:"\n',
    ),
  );
  let run: { id: string; folder: string };
  beforeAll(async () => {
    const said = await place.run('run', 'support.sft.yaml', '--json');
    run = JSON.parse(said.stdout) as typeof run;
  });

  it('is asked before and after, in its own wording, at its best checkpoint or a chosen one', async () => {
    const best = await place.run('ask', 'last', '--question', KNOWN, '--json');
    const [line] = answerLines(best.stdout);
    expect(line?.answers.map(({ model }) => model)).toEqual([
      join(place.folder, 'model'),
      join(run.folder, 'checkpoints/step-00000004'),
    ]);
    expect(line?.answers[0]?.text).toBe('Gagra');
    expect(best.stderr).toContain(`before: ${join(place.folder, 'model')}\nnow:    ${run.id}, step 4\n`);
    const chosen = await place.run('ask', run.id, '--checkpoint', '2', '--question', KNOWN, '--json');
    expect(answerLines(chosen.stdout)[0]?.answers[1]?.model).toMatch(/step-00000002$/);
  });

  it('stands alone where its base is gone', async () => {
    renameSync(join(place.folder, 'model'), join(place.folder, 'moved'));
    const { code, stdout } = await place.run('ask', 'last', '--question', KNOWN, '--json');
    expect(code).toBe(0);
    expect(answerLines(stdout)[0]?.answers).toHaveLength(1);
    renameSync(join(place.folder, 'moved'), join(place.folder, 'model'));
  });

  it('takes no question longer than an engine reads', async () => {
    const { code, stderr } = await place.run('ask', 'model', '--question', 'x'.repeat(10_001));
    expect(stderr).toBe('The question has 10001 characters: at most 10000 are taken, so shorten it.\n');
    expect(code).toBe(2);
  });

  it('without a checkpoint cannot be asked', async () => {
    const empty = join(place.folder, '.holdfast/runs/00000000-empty');
    cpSync(join(run.folder, 'run.json'), join(empty, 'run.json'));
    const { code, stderr } = await place.run('ask', '00000000-empty', '--question', KNOWN);
    expect(stderr).toBe(
      'Run 00000000-empty has no checkpoint yet: ask for one with "holdfast save 00000000-empty", or wait until it ends.\n',
    );
    expect(code).toBe(2);
  });

  it.each([
    [
      ['nothing', '--question', 'x'],
      /nothing is no model’s folder; no run is called nothing: the newest are/,
    ],
    [['train.jsonl', '--question', 'x'], /train\.jsonl is no model: give a folder in Hugging Face layout/],
    [['model', '--before', './nowhere', '--question', 'x'], /\.\/nowhere is no model: give a folder/],
    [['model', '--question', ' '], /The question is empty: write one/],
    [
      ['model', '--question', 'x', '--checkpoint', '2'],
      /model is a model’s folder, which has no checkpoint of/,
    ],
    [['last', '--question', 'x', '--checkpoint', '3'], /has no checkpoint of step 3: it has 2, 4\./],
    [
      ['last', '--question', 'x', '--checkpoint', 'best'],
      /--checkpoint best is no step: give the number of one/,
    ],
    [['model', '--question', 'x', '--prompt', 'Q:'], /The prompt "Q:" has no \{question\}/],
    [['model', '--question', 'x', '--raw', ...WORDING], /--raw puts the text as it is and --prompt words it/],
    [['model', '--file', 'nowhere.jsonl'], /nowhere\.jsonl could not be read/],
    [['model'], /No question was given: use --question TEXT or --file DATA, or pipe one question a line\./],
  ])('ask %j: one sentence, exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await place.run('ask', ...args);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(jobs(place)).toEqual([]);
  });
});
