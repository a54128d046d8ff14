import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAccess } from '../../src/facts/access.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo, TRUSTED } from './asking.ts';

const ROW = '{"text": "a"}\n';

/** A workspace beside a folder that is none of its business, with links between them. */
function makeWorkspace(): { readonly workspace: string; readonly outside: string } {
  const around = realpathSync(scratch());
  const [workspace, outside] = [join(around, 'workspace'), join(around, 'outside')];
  for (const folder of [workspace, outside]) mkdirSync(folder);
  writeFileSync(join(workspace, 'rows.jsonl'), ROW);
  writeFileSync(join(outside, 'secret.jsonl'), ROW);
  symlinkSync('rows.jsonl', join(workspace, 'inside.jsonl'));
  symlinkSync(join('..', 'outside', 'secret.jsonl'), join(workspace, 'leak.jsonl'));
  symlinkSync(outside, join(workspace, 'folder'));
  symlinkSync('leak.jsonl', join(workspace, 'twice.jsonl'));
  symlinkSync('round.jsonl', join(workspace, 'round.jsonl'));
  symlinkSync(workspace, join(around, 'link-to-workspace'));
  return { workspace, outside };
}

describe.skipIf(process.platform === 'win32')('links', () => {
  const { workspace, outside } = makeWorkspace();
  const restricted = createAccess({ ...TRUSTED, isTrusted: false, workspaceFolders: [workspace] });
  const trusted = createAccess({ ...TRUSTED, workspaceFolders: [workspace] });
  test.each([
    ['rows.jsonl', true],
    ['inside.jsonl', true],
    ['missing.jsonl', true],
    ['leak.jsonl', false],
    ['twice.jsonl', false],
    ['folder/secret.jsonl', false],
    ['folder', false],
    ['round.jsonl', false],
  ])('%s may be opened in Restricted Mode: %s', (name, expected) => {
    expect(restricted.mayOpen(join(workspace, name))).toBe(expected);
    expect(restricted.stamp(join(workspace, name)) !== undefined).toBe(expected && name !== 'missing.jsonl');
    expect(restricted.readText(join(workspace, name), 100)).toEqual(
      expected && name !== 'missing.jsonl' ? { text: ROW } : undefined,
    );
  });

  test('once the workspace is trusted they are followed anywhere', () => {
    expect(trusted.readText(join(workspace, 'leak.jsonl'), 100)).toEqual({ text: ROW });
    expect(trusted.mayOpen(join(outside, 'secret.jsonl'))).toBe(true);
  });

  test('a device behind a link is opened by nobody', () => {
    symlinkSync('/dev/zero', join(workspace, 'zero.jsonl'));
    symlinkSync('/proc/self/environ', join(workspace, 'environ.jsonl'));
    expect(trusted.mayOpen(join(workspace, 'zero.jsonl'))).toBe(false);
    expect(trusted.mayOpen(join(workspace, 'environ.jsonl'))).toBe(false);
  });

  test('a workspace that is opened by a link is one all the same', () => {
    const linked = join(workspace, '..', 'link-to-workspace');
    const access = createAccess({ ...TRUSTED, isTrusted: false, workspaceFolders: [linked] });
    expect(access.readText(join(linked, 'inside.jsonl'), 100)).toEqual({ text: ROW });
    expect(access.readText(join(linked, 'leak.jsonl'), 100)).toBeUndefined();
    expect(access.readText(join(workspace, 'rows.jsonl'), 100)).toEqual({ text: ROW });
  });

  test('what ships with Holdfast may be read in any window', () => {
    const shipped = join(outside, 'secret.jsonl');
    const access = createAccess({ ...TRUSTED, isTrusted: false, shippedFiles: [shipped] });
    expect([access.mayOpen(shipped), access.mayOpen(join(outside, 'other.jsonl'))]).toEqual([true, false]);
  });
});

describe.skipIf(process.platform === 'win32')('in Restricted Mode', () => {
  const { workspace } = makeWorkspace();
  const window = { isTrusted: false, workspaceFolders: [workspace] };

  test('files of the workspace are answered for, those behind a link out of it are not', async () => {
    expect(await answerTo('data', { path: join(workspace, 'rows.jsonl') }, window)).toMatchObject({
      rows: 1,
    });
    expect(await answerTo('data', { path: join(workspace, 'leak.jsonl') }, window)).toBeUndefined();
  });

  test('a model whose files lead out of the workspace has none', async () => {
    const model = join(workspace, 'model');
    mkdirSync(model);
    const base = join(import.meta.dirname, '..', '..', 'examples', 'lab', 'base');
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json'])
      symlinkSync(join(base, name), join(model, name));
    expect(await answerTo('model', { folder: model }, window)).toMatchObject({
      config: undefined,
      tensors: [],
      bytes: 0,
      tokenizer: { size: undefined },
    });
    expect(await answerTo('model', { folder: model })).toMatchObject({ config: { model_type: 'llama' } });
  });

  test('nobody looks for GPUs and engines', async () => {
    const device = await answerTo('device', {}, window);
    expect(device?.gpus).toBeUndefined();
    expect(device?.memory_bytes).toBeGreaterThan(0);
    expect(await answerTo('engines', {}, window)).toEqual({ torch: undefined });
  });
});

test.skipIf(process.platform === 'win32')(
  'a pipe and a folder are told apart from files, and nobody waits',
  async () => {
    const folder = scratch();
    const pipe = join(folder, 'pipe.jsonl');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, folder])
      expect(await answerTo('data', { path })).toMatchObject({
        rows: 0,
        problem: `Cannot read the data file ${path}: it is not a regular file; correct the path.`,
      });
  },
);
