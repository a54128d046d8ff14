import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseOverrides } from '../../src/cli/configFile.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { commandLineOf, compareLineOf } from '../../src/launch/commandLine.ts';
import type { RunFile } from '../../src/protocol/runFiles.ts';
import { LEAST, SURROUNDINGS } from '../config/configs.ts';

const PARTS = { node: '/usr/bin/node', cli: '/opt/holdfast/cli.js', system: 'posix' } as const;

/** run.json of a run of LEAST, whose file lies at `path`, under these flags. */
function runFile(
  flags: Readonly<Record<string, string>> = {},
  path: string | null = '/study/a.sft.yaml',
): RunFile {
  const { config, ...rest } = resolveConfig(LEAST, { ...SURROUNDINGS, overrides: flags });
  if (config === undefined) throw new Error(rest.problems.map(({ message }) => message).join(' '));
  const origins = 'origins' in rest ? { ...rest.origins } : {};
  const about = { protocol: '1.0', id: 'x', created: '2026-01-01T00:00:00Z', data: [], versions: {} };
  return { ...about, config, origins, config_file: path };
}

test('a run without flags is its config file', () => {
  expect(commandLineOf(runFile(), PARTS)).toBe('/usr/bin/node /opt/holdfast/cli.js run /study/a.sft.yaml');
});

test('what was set by flags is set again, the rest is left to the file', () => {
  expect(commandLineOf(runFile({ seed: '7', learning_rate: '1e-4' }), PARTS)).toBe(
    '/usr/bin/node /opt/holdfast/cli.js run /study/a.sft.yaml --set seed=7 --set learning_rate=0.0001',
  );
});

describe('a POSIX shell hears the same run again', () => {
  test.each<[string, Record<string, string>]>([
    ['numbers', { learning_rate: '2.5e-7', max_steps: '-1', warmup_steps: '0.1' }],
    ['switches', { from_config: 'true', completion_only_loss: 'false' }],
    ['words', { engine: 'tfjs', 'self_distill.teacher': 'base' }],
    [
      'a text with signs that shells and YAML read',
      { prompt_template: `It's "$HOME": {question} # & | \`x\`` },
    ],
    ['a text of several lines', { prompt_template: 'One\ntwo: {question}\n' }],
    ['a path as it was made absolute', { model_name_or_path: 'model' }],
    ['lists', { 'freeze.trainable_groups': '[attention, "layers 0-1"]' }],
    ['lists of blocks', { train_file: '[{path: rows.jsonl, weight: 2}, {path: more.jsonl}]' }],
    [
      'keys in blocks',
      { 'probes.max_forgetting': '0.2', 'probes.sets': '[]', 'self_distill.kd_weight': '0' },
    ],
  ])('%s', (_name, flags) => {
    const run = runFile(flags);
    const said = execFileSync('sh', ['-c', `printf '%s\\0' ${commandLineOf(run, PARTS)}`], {
      encoding: 'utf8',
    });
    const words = said.split('\0').slice(0, -1);
    expect(words.slice(0, 4)).toEqual([PARTS.node, PARTS.cli, 'run', run.config_file]);
    const pairs = words.slice(4).filter((word) => word !== '--set');
    expect(pairs.length).toBeGreaterThan(0);
    const again = resolveConfig(LEAST, { ...SURROUNDINGS, overrides: parseOverrides(pairs) });
    expect(again.problems.filter(({ level }) => level === 'error')).toEqual([]);
    expect(again.config).toEqual(run.config);
  });
});

test('paths with blanks are quoted, and PowerShell is told to call the first word', () => {
  const parts = { node: '/my programs/node', cli: '/o/cli.js', system: 'posix' } as const;
  expect(commandLineOf(runFile({}, '/a b/c.yaml'), parts)).toBe(
    `'/my programs/node' /o/cli.js run '/a b/c.yaml'`,
  );
  const windows = { node: 'C:\\Program Files\\node.exe', cli: 'C:\\cli.js', system: 'windows' } as const;
  expect(commandLineOf(runFile({}, 'C:\\a b\\c.yaml'), windows)).toBe(
    `& 'C:\\Program Files\\node.exe' C:\\cli.js run 'C:\\a b\\c.yaml'`,
  );
  expect(commandLineOf(runFile({}, 'C:\\c.yaml'), { ...windows, node: 'C:\\node.exe' })).toBe(
    'C:\\node.exe C:\\cli.js run C:\\c.yaml',
  );
});

test('a run that came from no file cannot be told as a command', () => {
  expect(() => commandLineOf(runFile({}, null), PARTS)).toThrow(
    'This run came from no config file: duplicate it, and save the copy first.',
  );
});

test('several runs are compared by their folders', () => {
  expect(compareLineOf(['/a/.holdfast/runs/1', '/my work/.holdfast/runs/2'], PARTS)).toBe(
    `/usr/bin/node /opt/holdfast/cli.js compare /a/.holdfast/runs/1 '/my work/.holdfast/runs/2'`,
  );
});
