import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLostFactsReader } from '../../src/launch/lostFactsReader.ts';
import type { ProbeFact } from '../../src/protocol/runFiles.ts';
import { foldEvents, transcript, type Said } from '../runs/events.ts';
import type { RunState } from '../../src/runs/runState.ts';
import { scratch } from '../folder/bundle.ts';

let folder: string;
beforeEach(() => {
  folder = scratch();
  mkdirSync(join(folder, 'probes'));
});

const lostFact = (id: string): ProbeFact => ({
  id,
  set: 'held',
  source: 'general',
  question: `${id}?`,
  answers: ['Paris'],
  correct: false,
  lost: true,
  answer: 'Rome',
  before: 'Paris',
});

const fileOf = (step: number): string => `probes/step-${String(step).padStart(8, '0')}.json`;
const content = (step: number, ids: string): string =>
  JSON.stringify({ step, decoded: true, facts: Array.from(ids, lostFact) });
function write(step: number, ids: string): void {
  writeFileSync(join(folder, fileOf(step)), content(step, ids));
}

const evaluated = (step: number, probe_file: string | null = fileOf(step)): Said => [
  'evaluated',
  { step, probe_file },
];
const stateAfter = (...said: Said[]): RunState => foldEvents(transcript(['hello'], ['started'], ...said));
const resume = (attempt: number, step: number): Said[] => [
  ['hello', { attempt }],
  ['started', { resumed_from_step: step }],
];

/** The facts as `id since step`. */
const told = ({ facts }: { facts: readonly { id: string; since: number }[] }): string[] =>
  facts.map(({ id, since }) => `${id} since ${since}`);

test('before the first evaluation nothing is told', async () => {
  expect(await createLostFactsReader(folder).read(stateAfter())).toEqual({
    step: undefined,
    facts: [],
    total: 0,
    problem: undefined,
  });
});

test('every evaluation is read, once, as the run goes on', async () => {
  const reader = createLostFactsReader(folder);
  write(10, 'a');
  expect(told(await reader.read(stateAfter(evaluated(10))))).toEqual(['a since 10']);
  // Would be missed if it were read again.
  rmSync(join(folder, fileOf(10)));
  write(20, 'ab');
  write(30, 'abc');
  const view = await reader.read(stateAfter(evaluated(10), evaluated(20), evaluated(30)));
  expect(told(view)).toEqual(['a since 10', 'b since 20', 'c since 30']);
  expect(view).toMatchObject({ step: 30, total: 3, problem: undefined });
});

test('who asks at the same moment is told the same, and nothing is counted twice', async () => {
  write(10, 'a');
  write(20, 'ab');
  const reader = createLostFactsReader(folder);
  const state = stateAfter(evaluated(10), evaluated(20));
  const views = await Promise.all([reader.read(state), reader.read(state), reader.read(state)]);
  for (const view of views) expect(told(view)).toEqual(['a since 10', 'b since 20']);
});

test('an evaluation that wrote no file changes nothing', async () => {
  write(10, 'a');
  const view = await createLostFactsReader(folder).read(stateAfter(evaluated(10), evaluated(20, null)));
  expect(view).toMatchObject({ step: 10, total: 1, problem: undefined });
});

describe('a resume', () => {
  test('forgets what happened in a future that did not come', async () => {
    write(10, 'a');
    write(20, 'ab');
    const reader = createLostFactsReader(folder);
    const before = [evaluated(10), evaluated(20)];
    expect(told(await reader.read(stateAfter(...before)))).toEqual(['a since 10', 'b since 20']);

    const cut = [...before, ...resume(2, 10)];
    expect(told(await reader.read(stateAfter(...cut)))).toEqual(['a since 10']);

    write(20, 'ac');
    const again = await reader.read(stateAfter(...cut, evaluated(20)));
    expect(told(again)).toEqual(['a since 10', 'c since 20']);
  });

  test('is noticed also where as many evaluations came again as were cut off', async () => {
    write(10, 'a');
    write(20, 'ab');
    const reader = createLostFactsReader(folder);
    const before = [evaluated(10), evaluated(20)];
    await reader.read(stateAfter(...before));
    write(20, 'x');
    const view = await reader.read(stateAfter(...before, ...resume(2, 10), evaluated(20)));
    expect(told(view)).toEqual(['x since 20']);
  });

  test('takes a problem away together with its evaluation', async () => {
    write(10, 'a');
    const reader = createLostFactsReader(folder);
    const before = [evaluated(10), evaluated(20)];
    expect((await reader.read(stateAfter(...before))).problem).toBeDefined();
    const view = await reader.read(stateAfter(...before, ...resume(2, 10)));
    expect(view).toMatchObject({ total: 1, problem: undefined });
  });
});

describe('a file that cannot be told', () => {
  /** What is told where the second of two evaluations names this file. */
  const readSecond = async (name: string) => {
    write(10, 'a');
    return createLostFactsReader(folder).read(stateAfter(evaluated(10), evaluated(20, name)));
  };

  test.each(['../private.json', '/etc/hostname', 'probes/../../x.json', 'C:\\x.json', 'probes/\0.json', ''])(
    'because its name is %j is not read',
    async (name) => {
      const view = await readSecond(name);
      expect(view.problem).toBe(`${name} leads out of the run folder, so its facts are not shown.`);
      expect(told(view)).toEqual(['a since 10']);
    },
  );

  test('because it is a link that leads out is not read', async () => {
    const elsewhere = join(scratch(), 'private.json');
    writeFileSync(elsewhere, content(20, 'private'));
    symlinkSync(elsewhere, join(folder, fileOf(20)));
    const view = await readSecond(fileOf(20));
    expect(view.problem).toContain('leads out of the run folder');
    expect(told(view)).toEqual(['a since 10']);
  });

  test('because its folder is a link that leads out is not read', async () => {
    const elsewhere = scratch();
    writeFileSync(join(elsewhere, 'private.json'), content(20, 'private'));
    symlinkSync(elsewhere, join(folder, 'more'));
    expect((await readSecond('more/private.json')).problem).toContain('leads out');
  });

  test.each([
    ['torn', '{"step":20,', 'cannot be read'],
    ['empty', '', 'cannot be read'],
    ['of another kind', '{"step":20,"decoded":true,"facts":{}}', 'is damaged'],
    ['without a step', '{"decoded":true,"facts":[]}', 'is damaged'],
  ])('because it is %s is told as such, in one sentence', async (_name, text, expected) => {
    writeFileSync(join(folder, fileOf(20)), text);
    const view = await readSecond(fileOf(20));
    expect(view.problem).toContain(`${fileOf(20)} ${expected}`);
    expect(view.problem).toMatch(/\.$/);
    expect(view).toMatchObject({ step: 10, total: 1 });
  });

  test('because it is not there, or a folder, is told as such', async () => {
    expect((await readSecond(fileOf(20))).problem).toContain('cannot be read');
    mkdirSync(join(folder, 'probes', 'folder.json'));
    expect((await readSecond('probes/folder.json')).problem).toContain('cannot be read');
  });

  test('because it is too large is not even opened', async () => {
    writeFileSync(join(folder, fileOf(20)), '');
    truncateSync(join(folder, fileOf(20)), 17 * 1024 ** 2);
    expect((await readSecond(fileOf(20))).problem).toBe(
      `${fileOf(20)} is too large to be shown (18 MB); open it by hand.`,
    );
  });

  test('is made good by the next that can', async () => {
    write(10, 'a');
    write(30, 'ab');
    const view = await createLostFactsReader(folder).read(
      stateAfter(evaluated(10), evaluated(20, '../x'), evaluated(30)),
    );
    expect(view).toMatchObject({ step: 30, problem: undefined });
    expect(told(view)).toEqual(['a since 10', 'b since 30']);
  });
});

test('a list that nobody reads to its end is cut, and its length told', async () => {
  const facts = Array.from({ length: 2_500 }, (_, index) => lostFact(String(index)));
  writeFileSync(join(folder, fileOf(10)), JSON.stringify({ step: 10, decoded: true, facts }));
  const view = await createLostFactsReader(folder).read(stateAfter(evaluated(10)));
  expect([view.facts.length, view.total]).toEqual([2_000, 2_500]);
});
