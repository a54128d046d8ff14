import { cpSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprintModel } from '../../src/launch/fingerprintModel.ts';
import { scratch } from '../folder/bundle.ts';

const fixture = join(import.meta.dirname, '../fixtures/models/tiny-llama');

interface Copy {
  readonly model: string;
  readonly root: string;
  readonly hash: () => Promise<string>;
  readonly progress: [number, number][];
}

function copy(): Copy {
  const [model, root] = [join(scratch(), 'model'), scratch()];
  cpSync(fixture, model, { recursive: true });
  const progress: [number, number][] = [];
  const hash = (): Promise<string> =>
    fingerprintModel(model, root, (done, total) => progress.push([done, total]));
  return { model, root, hash, progress };
}

test('says which model it is by content, wherever it lies', async () => {
  const [one, other] = [copy(), copy()];
  expect(await one.hash()).toBe(await other.hash());
  // What a checkpoint holds beside the model says nothing about it.
  writeFileSync(join(other.model, 'optimizer.safetensors'), 'moments');
  writeFileSync(join(other.model, 'trainer_state.json'), '{}');
  expect(await other.hash()).toBe(await one.hash());
  expect(one.progress.at(-1)?.[0]).toBe(one.progress.at(-1)?.[1]);
});

test.each(['model.safetensors', 'config.json', 'tokenizer.json', 'tokenizer_config.json'])(
  'another %s of the same size and time is another model',
  async (name) => {
    const { model, hash } = copy();
    const path = join(model, name);
    const before = await hash();
    const { atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    expect(await hash()).not.toBe(before);
  },
);

test('remembers the hashes of files, for as long as the cache is there', async () => {
  const { root, hash } = copy();
  const before = await hash();
  const hashes = join(root, 'cache/hashes');
  const names = readdirSync(hashes);
  expect(names).toHaveLength(5);
  // A lie shows that the file itself was not read again; what is no hash is not believed.
  writeFileSync(join(hashes, names[0] ?? ''), 'f'.repeat(64));
  expect(await hash()).not.toBe(before);
  writeFileSync(join(hashes, names[0] ?? ''), 'nonsense');
  expect(await hash()).toBe(before);
  rmSync(hashes, { recursive: true });
  expect(await hash()).toBe(before);
});
