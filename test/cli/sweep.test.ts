import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIG, makeWorkplace, removeWorkplaces } from './cli.ts';

afterAll(removeWorkplaces);

/** Real runs of the real engine, a few steps each. */
describe('several runs', () => {
  // The answer on a line of its own: the base knows that form before the first step.
  const place = makeWorkplace(
    CONFIG.concat('prompt_template: "Answer the following question. {question}\\n"\n'),
  );
  it('sweep: the same data under two methods, compared, with a page', async () => {
    const { code, stdout, stderr } = await place.run(
      ...['sweep', 'support.sft.yaml', '--methods', 'sft,attention_only', '--report', 'page.html'],
    );
    expect(stderr).toContain('sft: finished at step 4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +SFT +attention only$/m);
    expect(stdout).toMatch(/^parameters trained +1,053,824 +262,144 \(24\.9 %\)$/m);
    expect(stdout).toMatch(/^SFT against attention only: \d+ held facts only the first has right/m);
    const page = readFileSync(join(place.folder, 'page.html'), 'utf8');
    expect(page).toContain('freeze.trainable_groups');
    expect(page).toContain('<td>262,144 (24.9 %)</td>');
  });

  it('run --seeds: every seed, and means over them', async () => {
    const { code, stdout } = await place.run(
      'run',
      'support.sft.yaml',
      '--seeds',
      '3,5',
      '--set',
      'max_steps=2',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +3 +/m);
    expect(stdout).toMatch(/^run +5 +/m);
    expect(stdout).toMatch(/^run +2 +\d+\.\d % \(-?\d+\.\d - \d+\.\d\)/m);
  });

  it('report: a page of the runs that are named; nothing else is overwritten', async () => {
    const { code, stdout } = await place.run('report', 'last', '--out', 'one.html');
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: join(place.folder, 'one.html') });
    expect(await place.run('report', 'last', '--out', 'one.html')).toMatchObject({ code: 0 });
    writeFileSync(join(place.folder, 'mine.html'), '<p>mine</p>');
    expect(await place.run('report', 'last', '--out', 'mine.html')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'is there already and no report of Holdfast: give another name',
      ) as unknown,
    });
    expect(readFileSync(join(place.folder, 'mine.html'), 'utf8')).toBe('<p>mine</p>');
  });

  it('lab --draw: the data files of a seed, the same every time', async () => {
    for (const out of ['one', 'two'])
      expect(await place.run('lab', 'headline', '--draw', '3', '--out', out)).toMatchObject({ code: 0 });
    for (const name of ['train.jsonl', 'known.jsonl', 'held.jsonl'])
      expect(readFileSync(join(place.folder, 'one', name))).toEqual(
        readFileSync(join(place.folder, 'two', name)),
      );
    expect(existsSync(join(place.folder, '.holdfast', 'lab'))).toBe(false);
  });
});

describe('what cannot be', () => {
  const place = makeWorkplace();
  it.each<[string[], string]>([
    [['sweep', 'support.sft.yaml', '--methods', 'sftt'], 'There is no method sftt: did you mean sft?'],
    [
      ['sweep', 'support.sft.yaml', '--methods', 'sft,sft'],
      '--methods names sft twice: name every method once.',
    ],
    [['sweep', 'support.sft.yaml', '--jobs', '0'], '--jobs 0 is no number of runs: write 1 or more.'],
    [['sweep', 'support.sft.yaml', '--seeds', 'x'], '--seeds x is neither a number of seeds'],
    [['run', 'support.sft.yaml', '--seeds', '1,2,1'], '--seeds names 1 twice: name every seed once.'],
    [['run', 'support.sft.yaml', '--seeds', '2', '--detach'], '--seeds and --detach do not go together'],
    [['report'], 'No run was named: give the ids of runs, or last (there are none here yet).'],
    [['lab', 'headlin'], 'There is no experiment headlin: did you mean headline?'],
    [['lab', 'headline', '--draw', 'x'], '--draw x is no seed: write a whole number, as in --draw 21.'],
  ])('%j', async (args, sentence) => {
    const { code, stderr } = await place.run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it('sweep --methods help lists them', async () => {
    const { code, stdout } = await place.run('sweep', 'support.sft.yaml', '--methods', 'help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^self_distill +self-distillation, as the config has it/m);
  });
});
