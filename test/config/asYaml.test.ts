import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configAsYaml } from '../../src/config/asYaml.ts';
import { resolveConfig, type Origin, type ResolveOptions } from '../../src/config/resolve.ts';
import type { RunConfig } from '../../src/protocol/runConfig.ts';
import { FOLDER, LEAST, SURROUNDINGS } from './configs.ts';

interface Resolved {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
}

function resolved(text: string, options: Partial<ResolveOptions> = {}): Resolved {
  const resolution = resolveConfig(text, { ...SURROUNDINGS, ...options });
  if (resolution.config === undefined)
    throw new Error(resolution.problems.map(({ message }) => message).join(' '));
  return resolution;
}

const asYaml = ({ config, origins }: Resolved, all = false, heading = 'As it was run.'): string =>
  configAsYaml(config, origins, { all, heading });
/** The file's values, without its comments. */
const chosen = (run: Resolved): Record<string, unknown> => parse(asYaml(run)) as Record<string, unknown>;

/** Configs with something of every kind of value in them, after LEAST. */
const ADDED: readonly [name: string, added: string][] = [
  ['nothing but what is required', ''],
  ['numbers large and small', 'learning_rate: 2.5e-7\nadam_epsilon: 1.0e-10\nseed: 4294967295\nmax_steps: 7'],
  ['a seed of the row order', 'seed: 7\ndata_seed: 3'],
  ['switches', 'from_config: true\ngroup_by_length: false'],
  ['a text that YAML reads something into', `prompt_template: ": {question} # it's \\"no\\""`],
  ['a text of several lines', 'prompt_template: |\n  One.\n\n  {question}\n   - two\n'],
  ['a text that looks like a number', 'prompt_template: "{question}"\neval_file: more.jsonl'],
  ['a text of many words', `prompt_template: "${'many words '.repeat(50)}{question}"`],
  ['an empty block', 'self_distill: {}'],
  ['a block with a value', 'self_distill:\n  kd_weight: 3\n  teacher: model'],
  ['the control', 'self_distill: {kd_weight: 0}'],
  ['a list', 'freeze:\n  groups: [norms, "layers 0-1", "model\\\\.layers\\\\.[01]\\\\..*"]'],
  ['no probe sets', 'probes:\n  sets: []'],
  [
    'probe sets',
    'probes:\n  sets:\n    - {name: a, file: rows.jsonl, prompts: ["Say: {question}"]}\n  max_forgetting: 0',
  ],
];

describe('what is written makes the same run again', () => {
  test.each(ADDED)('of %s', (_name, added) => {
    const run = resolved(LEAST + added);
    // Elsewhere, where a relative path would lead astray.
    for (const all of [false, true])
      expect(resolved(asYaml(run, all), { folder: '/nowhere' }).config).toEqual(run.config);
  });

  test('of several training files', () => {
    const text = `version: 1\nmodel_name_or_path: model\ntrain_file:\n  - {path: rows.jsonl, weight: 0.5}\n  - {path: more.jsonl}\n`;
    const run = resolved(text);
    expect(resolved(asYaml(run), { folder: '/nowhere' }).config).toEqual(run.config);
  });

  test('of what flags have changed', () => {
    const overrides = {
      seed: '9',
      'self_distill.kd_weight': '2',
      'probes.sets': '[]',
      train_file: '[{path: more.jsonl, weight: 2}]',
    };
    const run = resolved(`${LEAST}seed: 1\n`, { overrides });
    expect(run.config.seed).toBe(9);
    expect(resolved(asYaml(run)).config).toEqual(run.config);
  });

  test('and is the same text when it is written once more', () => {
    const run = resolved(LEAST + 'self_distill: {kd_weight: 3}\nfreeze: {groups: [norms]}');
    const once = asYaml(run);
    expect(asYaml(resolved(once))).toBe(once);
  });
});

describe('what somebody chose', () => {
  test('is written, defaults are not', () => {
    const run = resolved(`${LEAST}seed: 42\nprobes:\n  max_facts: 5\n`, { overrides: { max_length: '64' } });
    expect(chosen(run)).toEqual({
      version: 1,
      model_name_or_path: `${FOLDER}/model`,
      train_file: `${FOLDER}/rows.jsonl`,
      // The default, but somebody wrote it down.
      seed: 42,
      max_length: 64,
      probes: { max_facts: 5 },
    });
  });

  test('is a method, also where its block takes every default', () => {
    expect(chosen(resolved(`${LEAST}self_distill: {}\n`))).toMatchObject({ self_distill: {} });
    expect(chosen(resolved(LEAST))).not.toHaveProperty('self_distill');
    expect(chosen(resolved(LEAST))).not.toHaveProperty('freeze');
  });

  test('does not hold what a run was given on its way to the engine', () => {
    const run = resolved(LEAST);
    const sent = { ...run.config, engine: 'tfjs' as const };
    expect(asYaml({ ...run, config: sent })).toBe(asYaml(run));
  });

  test('is known of a run whose origins were lost only as far as a run needs it', () => {
    const { config } = resolved(`${LEAST}self_distill: {kd_weight: 3}\n`);
    expect(parse(configAsYaml(config, {}, { all: false, heading: '' }))).toEqual({
      version: 1,
      self_distill: {},
    });
  });
});

test('with all there is, every setting stands in the file', () => {
  const run = resolved(LEAST);
  expect(parse(asYaml(run, true))).toEqual({ ...run.config });
});

test('the heading is a comment, line by line', () => {
  const text = asYaml(resolved(LEAST), false, 'One: two\nversion: 7\n');
  expect(text.split('\n').slice(0, 4)).toEqual(['# One: two', '# version: 7', '# ', 'version: 1']);
});
