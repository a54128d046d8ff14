import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeForEngine, type Runtime } from '../../src/launch/nodeForEngine.ts';
import { scratch } from '../folder/bundle.ts';

// The stand-ins are shell scripts.
describe.skipIf(process.platform === 'win32')('nodeForEngine', () => {
  const folder = scratch();
  const program = (name: string, script: string): string => {
    const path = join(folder, name, 'node');
    mkdirSync(join(folder, name));
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const old = program('old', 'echo 18.20.4');
  const good = program('good', 'echo 22.1.0');
  const noise = program('noise', 'echo hello');
  const broken = program('broken', 'exit 1');
  const editor = program('editor', '[ "$ELECTRON_RUN_AS_NODE" = 1 ] && echo 20.18.0');
  const folders = (...names: string[]): string => names.map((name) => join(folder, name)).join(delimiter);

  const plain = (execPath: string, node: string, path = ''): Runtime => ({
    execPath,
    versions: { node },
    path,
  });
  const electron = (execPath: string, path = ''): Runtime => ({
    execPath,
    versions: { node: '20.18.0', electron: '32.0.0' },
    path,
  });
  const asNode = { command: editor, env: { ELECTRON_RUN_AS_NODE: '1' } };

  test.each<[string, string | undefined, Runtime, object]>([
    ['the setting wins', good, plain('/this/node', '22.0.0'), { command: good, env: {} }],
    ['an empty setting is none', '', plain('/this/node', '22.0.0'), { command: '/this/node', env: {} }],
    [
      'this Node if it is plain and new',
      undefined,
      plain('/this/node', '20.0.0', folders('good')),
      { command: '/this/node', env: {} },
    ],
    [
      'PATH if this one is old',
      undefined,
      plain('/this/node', '18.0.0', folders('good')),
      { command: good, env: {} },
    ],
    ['PATH before Electron', undefined, electron(editor, folders('good')), { command: good, env: {} }],
    [
      'what is no Node is passed over',
      undefined,
      electron(editor, folders('no', 'old', 'noise', 'broken', 'good')),
      { command: good, env: {} },
    ],
    ['Electron acting as Node', undefined, electron(editor, folders('old')), asNode],
    [
      'never through the current folder',
      undefined,
      electron(editor, ['.', '', 'good'].join(delimiter)),
      asNode,
    ],
  ])('%s', async (_name, setting, runtime, expected) => {
    expect(await nodeForEngine(setting, runtime)).toEqual(expected);
  });

  test.each<[string | undefined, Runtime, string]>([
    [
      old,
      plain('/n', '22.0.0'),
      `The Node.js chosen in the settings, ${old}, is Node.js 18.20.4; choose version 20 or newer.`,
    ],
    [
      noise,
      plain('/n', '22.0.0'),
      `The Node.js chosen in the settings, ${noise}, does not run as Node.js; choose version 20 or newer.`,
    ],
    [
      '/not/there',
      plain('/n', '22.0.0'),
      'The Node.js chosen in the settings, /not/there, does not run as Node.js; choose version 20 or newer.',
    ],
    [
      undefined,
      plain('/n', '18.0.0'),
      'No Node.js 20 or newer was found on PATH; install it, or name one in the settings.',
    ],
    [
      undefined,
      electron(broken),
      'No Node.js 20 or newer was found on PATH; install it, or name one in the settings.',
    ],
  ])('setting %s: %s', async (setting, runtime, message) => {
    await expect(nodeForEngine(setting, runtime)).rejects.toThrow(message);
  });

  test('without arguments: this very process, which is a plain Node', async () => {
    expect(await nodeForEngine()).toEqual({ command: process.execPath, env: {} });
  });
});
