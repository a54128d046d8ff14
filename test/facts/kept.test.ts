import { cpSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKept } from '../../src/facts/kept.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LAB = join(ROOT, 'examples', 'lab');
const HASH = 'a'.repeat(64);
const OVERLAP = { shared: 2, first: { line: 3, other: 4 } };

/** The only file that is kept there. */
function onlyFile(folder: string): string {
  const names = readdirSync(join(folder, 'facts'));
  expect(names).toHaveLength(1);
  return join(folder, 'facts', names[0] ?? '');
}

describe('what is kept', () => {
  test('is recalled by another process, under its key', () => {
    const folder = join(scratch(), 'cache');
    createKept(folder).keep('overlap', [HASH, HASH], OVERLAP);
    expect(onlyFile(folder)).toMatch(/overlap-[0-9a-f]{64}\.json$/);
    const kept = createKept(folder);
    expect(kept.recall('overlap', [HASH, HASH])).toEqual(OVERLAP);
    expect(kept.recall('overlap', [HASH, 'b'])).toBeUndefined();
    expect(kept.recall('data', [HASH, HASH])).toBeUndefined();
  });

  test.each(['', '{', '{"shared": -1}', '{"shared": 1, "first": {"line": "3", "other": 4}}', '[]', 'null'])(
    'is forgotten where the file says %j',
    (text) => {
      const folder = join(scratch(), 'cache');
      createKept(folder).keep('overlap', HASH, OVERLAP);
      writeFileSync(onlyFile(folder), text);
      expect(createKept(folder).recall('overlap', HASH)).toBeUndefined();
    },
  );

  test('is at most 400 files, of which the oldest go', () => {
    const folder = join(scratch(), 'cache');
    mkdirSync(join(folder, 'facts'), { recursive: true });
    for (let index = 0; index < 400; index++) {
      const path = join(folder, 'facts', `data-${index}.json`);
      writeFileSync(path, '{}');
      utimesSync(path, index, index);
    }
    createKept(folder).keep('hash', 'new', HASH);
    const names = readdirSync(join(folder, 'facts'));
    expect(names).toHaveLength(360);
    expect([names.includes('data-40.json'), names.includes('data-41.json')]).toEqual([false, true]);
    expect(createKept(folder).recall('hash', 'new')).toBe(HASH);
  });

  test('may be impossible to keep', () => {
    const path = join(scratch(), 'file');
    writeFileSync(path, '');
    const kept = createKept(path);
    kept.keep('hash', 'x', HASH);
    expect(kept.recall('hash', 'x')).toBeUndefined();
  });
});

test('facts of data, tokens and overlap outlive the process, and are the same', async () => {
  const cacheFolder = join(scratch(), 'cache');
  const window = { cacheFolder };
  const [path, other] = [join(LAB, 'train.jsonl'), join(LAB, 'held.jsonl')];
  const wording = {
    prompt_template: '{question}',
    completion_only_loss: true,
    assistant_only_loss: undefined,
  };
  const ask = () =>
    Promise.all([
      answerTo('data', { path }, window),
      answerTo('tokens', { path, model: join(LAB, 'base'), ...wording }, window),
      answerTo('overlap', { path, other }, window),
    ]);
  const first = await ask();
  const names = readdirSync(join(cacheFolder, 'facts')).map((name) => name.slice(0, name.indexOf('-')));
  expect(names.sort()).toEqual(['data', 'hash', 'hash', 'overlap', 'tokens']);
  // Contents decide, so what was kept is believed: a changed number must come back.
  for (const name of readdirSync(join(cacheFolder, 'facts')).filter((file) => file.startsWith('overlap')))
    writeFileSync(join(cacheFolder, 'facts', name), '{"shared": 77}');
  const second = await ask();
  expect(second).toEqual([first[0], first[1], { shared: 77 }]);
});

test('a copy of a file is known by its content once it was read', async () => {
  const folder = scratch();
  const window = { cacheFolder: join(folder, 'cache') };
  const [path, copy] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
  cpSync(join(LAB, 'known.jsonl'), path);
  await answerTo('data', { path }, window);
  cpSync(path, copy);
  const names = () => readdirSync(join(folder, 'cache', 'facts')).filter((name) => name.startsWith('data'));
  expect(await answerTo('data', { path: copy }, window)).toEqual(await answerTo('data', { path }, window));
  expect(names()).toHaveLength(1);
});

test('without a folder nothing is kept', async () => {
  const folder = scratch();
  await answerTo('data', { path: join(LAB, 'known.jsonl') });
  expect(existsSync(join(folder, 'facts'))).toBe(false);
});
