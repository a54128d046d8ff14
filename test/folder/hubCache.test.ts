import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hubCache, modelTitle } from '../../src/folder/hubCache.ts';
import { scratch } from './bundle.ts';

const HASH = '8faed761d45a263340a0528343f099c05c9a4323';
const OTHER = '060db6499f32faf8b98477b0a26969ef7d8b9987';

let cache: string;
beforeEach(() => {
  cache = join(scratch(), 'hub');
});

function put(path: string, text = '{}'): void {
  mkdirSync(dirname(join(cache, path)), { recursive: true });
  writeFileSync(join(cache, path), text);
}

/** A model as huggingface_hub leaves it: files are links to blobs. */
function download(model: string, hash: string, files: Readonly<Record<string, string>>): string {
  const folder = join(cache, model, 'snapshots', hash);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    put(`${model}/blobs/${hash}-${name}`, text);
    symlinkSync(join('..', '..', 'blobs', `${hash}-${name}`), join(folder, name));
  }
  return folder;
}

const find = (id: string): string | undefined => hubCache({ HF_HUB_CACHE: cache }).find(id);
const WHOLE = { 'config.json': '{}', 'model.safetensors': '', 'tokenizer.json': '{}' };
const QWEN = 'models--Qwen--Qwen2.5-1.5B';

describe('a model of the cache', () => {
  test('is what refs/main names', () => {
    download(QWEN, OTHER, WHOLE);
    const folder = download(QWEN, HASH, WHOLE);
    put(`${QWEN}/refs/main`, HASH);
    expect(find('Qwen/Qwen2.5-1.5B')).toBe(folder);
  });

  test('is the only snapshot where refs/main is missing, and none of several', () => {
    const folder = download(QWEN, HASH, WHOLE);
    expect(find('Qwen/Qwen2.5-1.5B')).toBe(folder);
    download(QWEN, OTHER, WHOLE);
    expect(find('Qwen/Qwen2.5-1.5B')).toBeUndefined();
  });

  test('may have an id of one name', () => {
    expect(find('gpt2')).toBeUndefined();
    const folder = download('models--gpt2', HASH, WHOLE);
    expect(find('gpt2')).toBe(folder);
  });

  test('in several files is there when all of them are', () => {
    const index = JSON.stringify({
      weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors', c: 'm-1.safetensors' },
    });
    const files = { 'config.json': '{}', 'model.safetensors.index.json': index, 'm-1.safetensors': '' };
    const folder = download(QWEN, HASH, files);
    expect(find('Qwen/Qwen2.5-1.5B')).toBeUndefined();
    writeFileSync(join(folder, 'm-2.safetensors'), '');
    expect(find('Qwen/Qwen2.5-1.5B')).toBe(folder);
  });

  test.each([
    ['no weights', { 'config.json': '{}' }],
    ['pickled weights', { 'config.json': '{}', 'pytorch_model.bin': '' }],
    ['no config', { 'model.safetensors': '' }],
    ['an index that is none', { 'config.json': '{}', 'model.safetensors.index.json': '[' }],
  ])('with %s is not there', (_name, files) => {
    download(QWEN, HASH, files);
    expect(find('Qwen/Qwen2.5-1.5B')).toBeUndefined();
  });

  test.each(['..', '../x', 'a/../../x', 'a/b/c', '/etc', '', 'a\\b'])('is never looked for as %j', (id) => {
    expect(find(id)).toBeUndefined();
  });

  test('is not led out of the cache by its refs/main', () => {
    download(QWEN, '../../../elsewhere', WHOLE);
    put(`${QWEN}/refs/main`, '../../../elsewhere');
    expect(find('Qwen/Qwen2.5-1.5B')).toBeUndefined();
  });
});

test.each([
  ['/models/my-model', 'my-model'],
  [`/caches/hub/models--Qwen--Qwen2.5-1.5B/snapshots/${HASH}`, 'Qwen/Qwen2.5-1.5B'],
  [`/caches/hub/models--gpt2/snapshots/${HASH}`, 'gpt2'],
])('%s is called %s', (path, title) => {
  expect(modelTitle(path)).toBe(title);
});

test.each([
  [{}, '/home/ada/.cache/huggingface/hub'],
  [{ XDG_CACHE_HOME: '/caches' }, '/caches/huggingface/hub'],
  [{ HF_HOME: '/hf' }, '/hf/hub'],
  [{ HF_HOME: '~/hf' }, '/home/ada/hf/hub'],
  [{ HF_HOME: '/hf', HF_HUB_CACHE: '/there' }, '/there'],
  [{ HF_HUB_CACHE: '', HF_HOME: '' }, '/home/ada/.cache/huggingface/hub'],
])('%j: the cache is %s', (env, folder) => {
  expect(hubCache(env, '/home/ada').folder).toBe(folder);
});

test.each([
  [{}, false],
  [{ HF_HUB_OFFLINE: '1' }, true],
  [{ HF_HUB_OFFLINE: 'True' }, true],
  [{ HF_HUB_OFFLINE: '0' }, false],
  [{ TRANSFORMERS_OFFLINE: 'yes' }, true],
])('%j: offline %s', (env, isOffline) => {
  expect(hubCache(env, '/home/ada').isOffline).toBe(isOffline);
});
