import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findHere } from '../../src/facts/findHere.ts';
import type { Finder } from '../../src/facts/finder.ts';
import type { Question } from '../../src/facts/question.ts';
import { scratch } from '../folder/bundle.ts';
import { service, TRUSTED } from './asking.ts';

const BASE = join(import.meta.dirname, '..', '..', 'examples', 'lab', 'base');
const LATER_MS = 1_500;

/** The real finder, which notes what is asked of it. */
function watched(instead: Partial<Finder> = {}): {
  readonly finder: Finder;
  readonly looked: Question[];
  readonly found: Question[];
} {
  const [looked, found, real] = [[] as Question[], [] as Question[], findHere()];
  const finder: Finder = {
    identify: (request) => {
      looked.push(request.question);
      return (instead.identify ?? real.identify)(request);
    },
    find: (request, watch) => {
      found.push(request.question);
      return (instead.find ?? real.find)(request, watch);
    },
    dispose: () => real.dispose(),
  };
  return { finder, looked, found };
}

function clock(): { readonly now: () => number; readonly add: (ms: number) => void } {
  let time = 0;
  return { now: () => time, add: (ms) => void (time += ms) };
}

function rowsFile(rows: number): string {
  const path = join(scratch(), 'rows.jsonl');
  writeRows(path, rows);
  return path;
}

function writeRows(path: string, rows: number): void {
  writeFileSync(path, Array.from({ length: rows }, (_item, index) => `{"text": "${index}"}\n`).join(''));
}

describe('a question', () => {
  test('is not known at once, and is once it was settled', async () => {
    const ask = { path: rowsFile(3) };
    const facts = service();
    const learned = vi.fn();
    facts.onDidLearn(learned);
    expect([facts.facts('data', ask), facts.isBusy()]).toEqual([undefined, true]);
    expect(await facts.settle()).toBe(true);
    expect(learned).toHaveBeenCalledTimes(1);
    expect(facts.facts('data', ask)).toMatchObject({ rows: 3 });
    expect([await facts.settle(), facts.isBusy()]).toEqual([false, false]);
    facts.dispose();
  });

  test('is the same in whatever order its keys stand, and is looked for once', async () => {
    const { finder, found } = watched();
    const facts = service({}, { finder });
    const [path, other] = [rowsFile(1), rowsFile(2)];
    facts.facts('overlap', { path, other });
    facts.facts('overlap', { other, path });
    await facts.settle();
    facts.facts('overlap', { other, path });
    await facts.settle();
    expect(found).toHaveLength(1);
    facts.facts('overlap', { path: other, other: path });
    await facts.settle();
    expect(found).toHaveLength(2);
    facts.dispose();
  });

  test('whose answer is fresh touches no file', async () => {
    const { finder, looked } = watched();
    const { now, add } = clock();
    const facts = service({}, { finder, now });
    const ask = { path: rowsFile(1) };
    facts.facts('data', ask);
    await facts.settle();
    looked.length = 0;
    add(900);
    for (let times = 0; times < 100; times++) facts.facts('data', ask);
    expect(looked).toHaveLength(0);
    add(LATER_MS);
    for (let times = 0; times < 100; times++) facts.facts('data', ask);
    await facts.settle();
    expect(looked).toHaveLength(1);
    facts.dispose();
  });
});

describe('a file', () => {
  test('that changes is served as it was until it is read anew', async () => {
    const { now, add } = clock();
    const facts = service({}, { now });
    const path = rowsFile(1);
    facts.facts('data', { path });
    await facts.settle();
    writeRows(path, 2);
    add(LATER_MS);
    expect(facts.facts('data', { path })?.rows).toBe(1);
    expect(await facts.settle()).toBe(true);
    expect(facts.facts('data', { path })?.rows).toBe(2);
    facts.dispose();
  });

  test('that does not change is not read again', async () => {
    const { finder, found } = watched();
    const { now, add } = clock();
    const facts = service({}, { finder, now });
    const ask = { path: rowsFile(1) };
    for (let times = 0; times < 3; times++) {
      facts.facts('data', ask);
      await facts.settle();
      add(LATER_MS);
    }
    expect(found).toHaveLength(1);
    facts.dispose();
  });

  test('that is not there is found when it is', async () => {
    const { now, add } = clock();
    const facts = service({}, { now });
    const path = join(scratch(), 'rows.jsonl');
    facts.facts('data', { path });
    expect(await facts.settle()).toBe(false);
    writeRows(path, 2);
    add(LATER_MS);
    facts.facts('data', { path });
    expect(await facts.settle()).toBe(true);
    expect(facts.facts('data', { path })?.rows).toBe(2);
    rmSync(path);
    add(LATER_MS);
    facts.facts('data', { path });
    expect(await facts.settle()).toBe(true);
    expect(facts.facts('data', { path })).toBeUndefined();
    facts.dispose();
  });

  test('that was seen to change is read when it is asked about, and not before', async () => {
    const { finder, looked } = watched();
    const facts = service({}, { finder, now: clock().now });
    const [path, other] = [rowsFile(1), rowsFile(1)];
    for (const asked of [path, other]) facts.facts('data', { path: asked });
    await facts.settle();
    const learned = vi.fn();
    facts.onDidLearn(learned);
    writeRows(path, 2);
    looked.length = 0;
    facts.changed(path);
    facts.changed(path);
    await expect.poll(() => learned.mock.calls.length).toBe(1);
    expect(looked).toHaveLength(0);
    for (const asked of [path, other]) facts.facts('data', { path: asked });
    await facts.settle();
    expect(looked).toEqual([{ kind: 'data', ask: { path } }]);
    expect(facts.facts('data', { path })?.rows).toBe(2);
    facts.dispose();
  });

  test('in a folder that is asked about concerns the folder; any other concerns nobody', async () => {
    const facts = service({}, { now: clock().now });
    const folder = join(scratch(), 'model');
    cpSync(BASE, folder, { recursive: true });
    facts.facts('model', { folder });
    await facts.settle();
    const learned = vi.fn();
    facts.onDidLearn(learned);
    writeFileSync(join(folder, 'config.json'), '{"model_type": "other"}');
    facts.changed(`${folder}-2`);
    facts.changed(join(folder, 'config.json'));
    await expect.poll(() => learned.mock.calls.length).toBe(1);
    facts.facts('model', { folder });
    await facts.settle();
    expect(facts.facts('model', { folder })?.config).toEqual({ model_type: 'other' });
    facts.dispose();
  });

  test('that changes while it is read is read again', async () => {
    const finder = findHere();
    const path = rowsFile(1_000);
    const request = { question: { kind: 'data', ask: { path } }, environment: TRUSTED } as const;
    const watch = { signal: new AbortController().signal, onProgress: () => undefined };
    const finding = finder.find(request, watch);
    writeRows(path, 2_000);
    const { answer, identity } = await finding;
    expect(answer).toMatchObject({ rows: 2_000 });
    expect(identity).toBe(await finder.identify(request));
  });

  test('that never stops changing is read now and then', async () => {
    const { now, add } = clock();
    const { finder, found } = watched();
    const path = rowsFile(1);
    const slow: Finder = {
      ...finder,
      find: (request, watch) => {
        add(10_000);
        return finder.find(request, watch);
      },
    };
    const facts = service({}, { finder: slow, now });
    for (let second = 0; second < 100; second++) {
      writeRows(path, second);
      facts.facts('data', { path });
      await facts.settle();
      add(1_000);
    }
    // Ten seconds each, and twice as long to rest.
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found.length).toBeLessThanOrEqual(6);
    facts.dispose();
  });
});

test('what cannot be found out is not looked for again before something changes', async () => {
  const { now, add } = clock();
  const { finder, found } = watched({ find: () => Promise.reject(new Error('no')) });
  const facts = service({}, { finder, now });
  const path = rowsFile(1);
  for (let times = 0; times < 5; times++) {
    facts.facts('data', { path });
    expect(await facts.settle()).toBe(false);
    add(LATER_MS);
  }
  expect(found).toHaveLength(1);
  writeRows(path, 2);
  facts.facts('data', { path });
  await facts.settle();
  expect(found).toHaveLength(2);
  facts.dispose();
});

test('the questions that were asked last are remembered, and not more', async () => {
  const { finder, found } = watched();
  const facts = service({}, { finder, now: clock().now });
  const folder = scratch();
  const paths = Array.from({ length: 130 }, (_item, index) => join(folder, `${index}.jsonl`));
  for (const path of paths) {
    writeRows(path, 1);
    facts.facts('data', { path });
  }
  await facts.settle();
  found.length = 0;
  expect(facts.facts('data', { path: paths[129] ?? '' })).toMatchObject({ rows: 1 });
  expect(facts.facts('data', { path: paths[0] ?? '' })).toBeUndefined();
  await facts.settle();
  expect(found.map(({ ask }) => ask)).toEqual([{ path: paths[0] }]);
  facts.dispose();
});

test('of questions that replace each other while somebody types, all are answered in the end', async () => {
  const path = rowsFile(50);
  const facts = service();
  const ask = (prompt_template: string) =>
    facts.facts('tokens', {
      path,
      model: BASE,
      prompt_template,
      completion_only_loss: true,
      assistant_only_loss: undefined,
    });
  const templates = ['{question}', 'Q: {question}', 'Q: {question} A:'];
  let rounds = 0;
  do {
    for (const template of templates) ask(template);
    rounds += 1;
  } while ((await facts.settle()) && rounds < 10);
  expect(rounds).toBeLessThan(10);
  expect(templates.map((template) => ask(template)?.rows)).toEqual([50, 50, 50]);
  facts.dispose();
});

test('a workspace that comes to be trusted is looked at again', async () => {
  const { now, add } = clock();
  let isTrusted = false;
  const path = rowsFile(1);
  const facts = service({}, { now, environment: () => ({ ...TRUSTED, isTrusted }) });
  facts.facts('data', { path });
  facts.facts('device', {});
  await facts.settle();
  expect([facts.facts('data', { path }), facts.facts('device', {})?.gpus]).toEqual([undefined, undefined]);
  isTrusted = true;
  facts.changed();
  add(LATER_MS);
  facts.facts('data', { path });
  facts.facts('device', {});
  await facts.settle();
  expect(facts.facts('data', { path })).toMatchObject({ rows: 1 });
  expect(facts.facts('device', {})?.gpus).toBeInstanceOf(Array);
  facts.dispose();
});

test('waiting can be given up, and the search goes on', async () => {
  const facts = service();
  const path = rowsFile(1);
  facts.facts('data', { path });
  const controller = new AbortController();
  const waiting = facts.settle(controller.signal);
  controller.abort();
  await waiting;
  expect(facts.facts('data', { path })).toBeUndefined();
  await facts.settle(AbortSignal.abort());
  await facts.settle();
  expect(facts.facts('data', { path })).toMatchObject({ rows: 1 });
  facts.dispose();
});

test('it is told when nothing is looked for any more, also where nothing was learned', async () => {
  const facts = service();
  const idle = vi.fn(() => facts.isBusy());
  facts.onDidIdle(idle);
  facts.facts('data', { path: join(scratch(), 'missing.jsonl') });
  await facts.settle();
  expect(idle.mock.results).toEqual([{ type: 'return', value: false }]);
  facts.dispose();
});

test('after its end nobody is told anything, and who waits is let go', async () => {
  const { finder, looked } = watched();
  const facts = service({}, { finder });
  const learned = vi.fn();
  facts.onDidLearn(learned);
  facts.facts('data', { path: rowsFile(1) });
  const waiting = facts.settle();
  facts.dispose();
  expect(await waiting).toBe(false);
  facts.facts('data', { path: rowsFile(2) });
  expect(await facts.settle()).toBe(false);
  expect([looked.length, learned.mock.calls.length, facts.isBusy()]).toEqual([1, 0, false]);
});
