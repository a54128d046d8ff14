import { closeSync, cpSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TokensQuestion } from '../../src/config/facts.ts';
import { findInWorker } from '../../src/facts/findInWorker.ts';
import type { FactsService } from '../../src/facts/service.ts';
import type { ThreadLimits } from '../../src/facts/thread.ts';
import { bundle, scratch } from '../folder/bundle.ts';
import { answerTo, service } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BASE = join(ROOT, 'examples', 'lab', 'base');
const SMALL_HEAP = { heapMegabytes: 48 };
const open: FactsService[] = [];
let program: string;

beforeAll(() => {
  program = bundle(join(ROOT, 'src', 'facts', 'worker.ts'));
});
afterEach(() => {
  for (const facts of open.splice(0)) facts.dispose();
});

function inWorker(limits?: Partial<ThreadLimits>): FactsService {
  const facts = service({}, { finder: findInWorker(program, limits) });
  open.push(facts);
  return facts;
}

function tokensQuestion(path: string, model: string): TokensQuestion {
  const wording = {
    prompt_template: '{question}',
    completion_only_loss: true,
    assistant_only_loss: undefined,
  };
  return { path, model, ...wording };
}

/** Rows of JSON Lines, or of an array, until the file is that large. */
function writeLarge(
  megabytes: number,
  container: 'lines' | 'array',
): { readonly path: string; readonly rows: number } {
  const path = join(scratch(), 'rows.jsonl');
  const handle = openSync(path, 'w');
  let [rows, bytes] = [0, 0];
  const write = (text: string): void => void (bytes += writeSync(handle, text));
  if (container === 'array') write('[');
  while (bytes < megabytes * 1e6) {
    const records = Array.from({ length: 5_000 }, () => {
      rows += 1;
      return JSON.stringify({ question: `Who wrote book ${rows}?`, answers: [`Author ${rows % 977}`] });
    });
    if (container === 'lines') write(`${records.join('\n')}\n`);
    else write(`${rows > 5_000 ? ',' : ''}${records.join(',')}`);
  }
  if (container === 'array') write(']');
  closeSync(handle);
  return { path, rows };
}

/** A model whose chat template does not come to its end within a human life. */
function endlessModel(): { readonly model: string; readonly path: string } {
  const folder = scratch();
  const [model, path] = [join(folder, 'model'), join(folder, 'chats.jsonl')];
  cpSync(BASE, model, { recursive: true });
  const loop = '{% for i in range(99999) %}';
  writeFileSync(
    join(model, 'chat_template.jinja'),
    `${loop}${loop}${loop}{% endfor %}{% endfor %}{% endfor %}`,
  );
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: 'a' },
  ];
  writeFileSync(path, `${JSON.stringify({ messages })}\n`);
  return { model, path };
}

test('a thread of its own finds what this one does', async () => {
  const facts = inWorker();
  const path = join(ROOT, 'examples', 'lab', 'train.jsonl');
  const other = join(ROOT, 'examples', 'lab', 'held.jsonl');
  const ask = () => ({
    data: facts.facts('data', { path }),
    tokens: facts.facts('tokens', tokensQuestion(path, BASE)),
    overlap: facts.facts('overlap', { path, other }),
    model: facts.facts('model', { folder: BASE }),
  });
  ask();
  await facts.settle();
  expect(ask()).toEqual({
    data: await answerTo('data', { path }),
    tokens: await answerTo('tokens', tokensQuestion(path, BASE)),
    overlap: await answerTo('overlap', { path, other }),
    model: await answerTo('model', { folder: BASE }),
  });
});

test.each(['lines', 'array'] as const)(
  '%s of any length go through little memory, and progress is told',
  async (container) => {
    const { path, rows } = writeLarge(60, container);
    const facts = inWorker(SMALL_HEAP);
    const told: number[] = [];
    facts.onDidProgress(({ what, done, total }) => {
      expect(what).toBe('reading rows.jsonl');
      expect(total).toBeGreaterThan(60e6);
      told.push(done);
    });
    facts.facts('data', { path });
    await facts.settle();
    expect(facts.facts('data', { path })).toMatchObject({
      rows,
      unreadable: 0,
      duplicates: 0,
      contradictions: 0,
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual([...told].sort((one, next) => one - next));
  },
);

describe('a question that never ends', () => {
  test('is given up after a silence, and is not asked again while it stays what it is', async () => {
    const { model, path } = endlessModel();
    const facts = inWorker({ silentSeconds: 2 });
    const ask = tokensQuestion(path, model);
    facts.facts('tokens', ask);
    facts.facts('data', { path });
    await facts.settle();
    expect(facts.facts('tokens', ask)).toBeUndefined();
    expect(facts.facts('data', { path })).toMatchObject({ rows: 1 });
    facts.changed(path);
    facts.facts('tokens', ask);
    expect(await facts.settle()).toBe(false);
    rmSync(join(model, 'chat_template.jinja'));
    facts.changed(model);
    await expect.poll(() => facts.facts('tokens', ask)).toMatchObject({ rows: 1 });
  });

  test('takes nobody with it who was asked beside it', async () => {
    const [one, other] = [endlessModel(), endlessModel()];
    const facts = inWorker({ silentSeconds: 2 });
    for (const { model, path } of [one, other]) facts.facts('tokens', tokensQuestion(path, model));
    facts.facts('data', { path: one.path });
    await facts.settle();
    for (const { model, path } of [one, other])
      expect(facts.facts('tokens', tokensQuestion(path, model))).toBeUndefined();
    facts.facts('data', { path: one.path });
    await facts.settle();
    expect(facts.facts('data', { path: one.path })).toMatchObject({ rows: 1 });
  });
});

test('a thread that always dies is not started for ever', async () => {
  const deadly = join(scratch(), 'deadly.mjs');
  const log = `${deadly}.log`;
  writeFileSync(
    deadly,
    `import { appendFileSync } from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     appendFileSync(${JSON.stringify(log)}, 'x');
     parentPort.on('message', ({ type, id }) => {
       if (type === 'find') process.exit(1);
       else parentPort.postMessage({ type: 'identified', id, identity: 'x' });
     });`,
  );
  const facts = service({}, { finder: findInWorker(deadly) });
  open.push(facts);
  for (let file = 0; file < 12; file++) {
    facts.facts('data', { path: `/rows/${file}` });
    expect(await facts.settle()).toBe(false);
  }
  expect(readFileSync(log, 'utf8')).toBe('x'.repeat(5));
});

test('in Restricted Mode no chat template runs', async () => {
  const { model, path } = endlessModel();
  const facts = service({ isTrusted: false, workspaceFolders: [dirname(model)] });
  open.push(facts);
  facts.facts('tokens', tokensQuestion(path, model));
  await facts.settle();
  expect(facts.facts('tokens', tokensQuestion(path, model))).toMatchObject({
    rows: 0,
    unwordable: 1,
    first_unwordable: {
      line: 1,
      message: 'is a conversation, and chat templates are not rendered before the workspace is trusted',
    },
  });
});

test('a search that nobody wants any more is given up, and the thread goes on', async () => {
  const { path } = writeLarge(20, 'lines');
  const finder = findInWorker(program);
  const controller = new AbortController();
  const environment = {
    isTrusted: true,
    workspaceFolders: [],
    shippedFiles: [],
    roots: [],
    cacheFolder: undefined,
  };
  const request = { question: { kind: 'data', ask: { path } }, environment } as const;
  const stopAtOnce = (): void => controller.abort();
  await expect(finder.find(request, { signal: controller.signal, onProgress: stopAtOnce })).rejects.toThrow(
    'given up',
  );
  expect(await finder.identify(request)).toBeDefined();
  finder.dispose();
  await expect(finder.identify(request)).rejects.toThrow('nobody looks any more');
});

test('a program that is not there leaves everything unknown', async () => {
  const facts = service({}, { finder: findInWorker(join(scratch(), 'gone.mjs')) });
  open.push(facts);
  facts.facts('device', {});
  expect(await facts.settle()).toBe(false);
  expect(facts.facts('device', {})).toBeUndefined();
});
