import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check.ts';
import { resolvePath, type IFiles } from '../../src/config/files.ts';
import { configJsonSchema } from '../../src/config/jsonSchema.ts';
import { renderNewConfig } from '../../src/config/newConfig.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

/** Everything is there, but for what is called so. */
const files: IFiles = {
  kind: (path) => (path.includes('missing') ? 'missing' : path.endsWith('model') ? 'folder' : 'file'),
};
const place = { files, folder: '/work place' };
const GOOD = 'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\n';

/** [what is added to a good config (or replaces it), code, line, message]. */
const cases: readonly (readonly [string, string, number, RegExp])[] = [
  [`${GOOD}lerning_rate: 1\n`, 'config.unknown-key', 4, /lerning_rate.*learning_rate/],
  [`${GOOD}micro_batch_size: 4\n`, 'config.unknown-key', 4, /micro_batch_size.*per_device_train_batch_size/],
  [`${GOOD}probes:\n  max_forgeting: 0.1\n`, 'config.unknown-key', 5, /max_forgeting.*max_forgetting/],
  [`${GOOD}learning_rate: fast\n`, 'config.wrong-value', 4, /learning_rate.*fast/],
  [`${GOOD}learning_rate: -1\n`, 'config.wrong-value', 4, /learning_rate.*-1/],
  [`${GOOD}seed: 1.5\n`, 'config.wrong-value', 4, /seed.*1\.5/],
  [`${GOOD}lr_scheduler_type: cosin\n`, 'config.wrong-value', 4, /cosin.*cosine/],
  [`${GOOD}probes:\n  max_forgetting: 5\n`, 'config.wrong-value', 5, /max_forgetting.*5/],
  [`${GOOD}probes:\n  prompts: ["Q:"]\n`, 'config.wrong-value', 5, /\{question\}/],
  [`${GOOD}self_distill:\n  kd_weight: 1\n`, 'config.reserved-key', 4, /self_distill.*not in this version/],
  [`${GOOD}lora: {}\n`, 'config.reserved-key', 4, /lora|LoRA/],
  [`${GOOD}learning_rate:\n`, 'config.empty-value', 4, /learning_rate/],
  [`${GOOD}seed: 1\nseed: 2\n`, 'config.duplicate-key', 5, /seed/],
  ['version: 1\nmodel_name_or_path: model\n', 'config.missing-key', 1, /train_file/],
  ['version: 1\nmodel_name_or_path: missing\ntrain_file: rows.jsonl\n', 'config.missing-file', 2, /missing/],
  [
    'version: 1\nmodel_name_or_path: missing/hub-id\ntrain_file: rows.jsonl\n',
    'config.missing-file',
    2,
    /hub-id/,
  ],
  [
    'version: 1\nmodel_name_or_path: model\ntrain_file: missing.jsonl\n',
    'config.missing-file',
    3,
    /missing\.jsonl/,
  ],
  ['version: 1\nmodel_name_or_path: [\n', 'config.syntax', 2, /./],
  ['- a\n- b\n', 'config.syntax', 1, /./],
  ['a: 1\n---\nb: 2\n', 'config.syntax', 2, /./],
];

describe('text in, problems out', () => {
  it.each(cases)('%j', (text, code, line, message) => {
    const { problems } = checkConfig(text, place);
    const found = problems.find((problem) => problem.code === code);
    expect(problems.map((problem) => `${problem.code} ${problem.message}`).join('\n')).toMatch(message);
    expect(found?.message).toMatch(message);
    expect(Math.abs((found?.range.line ?? 0) - line)).toBeLessThanOrEqual(1);
    // One sentence: it ends once.
    expect(found?.message.trim()).toMatch(/[.?!)]$/);
  });

  it.each([
    GOOD,
    `${GOOD}seed: 0\n`,
    `\uFEFF${GOOD}`,
    JSON.stringify({ version: 1, model_name_or_path: 'model', train_file: 'rows.jsonl' }),
  ])('%j has none', (text) => {
    expect(checkConfig(text, place).problems).toEqual([]);
  });

  it('one cause is one problem', () => {
    expect(checkConfig(`${GOOD}lerning_rate: fast\n`, place).problems).toHaveLength(1);
  });
});

describe('what would freeze an editor is answered all the same', () => {
  it.each([
    ['many prompts', `${GOOD}probes: {prompts: [${'1,'.repeat(19_000)}]}`],
    ['many unknown keys', Array.from({ length: 19_000 }, (_, index) => `k${index}: ${index}`).join('\n')],
    ['many duplicate keys', 'a: 1\n'.repeat(19_000)],
    ['deep brackets', '['.repeat(199_999)],
    ['a long key', `${'k'.repeat(190_000)}: 1`],
    ['many sets', `${GOOD}probes: {sets: [${'{name: a},'.repeat(6_000)}]}`],
    [
      'alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
        { length: 9 },
        (_, index) =>
          `${'bcdefghij'[index] ?? ''}: &${'bcdefghij'[index] ?? ''} [${Array(9)
            .fill(`*${'abcdefghi'[index] ?? ''}`)
            .join(',')}]`,
      ).join('\n')}`,
    ],
    ['a prototype key', '__proto__: {polluted: 1}\n'],
    ['nothing', ''],
    ['binary', '\u0000\u0001\u0002'],
  ])(
    '%s',
    (_name, text) => {
      const { problems } = checkConfig(text, place);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThan(2_000);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
    20_000,
  );
});

describe('settings', () => {
  it('defaults, file and flags, each with its origin; paths absolute', () => {
    const resolution = resolveConfig(`${GOOD}seed: 0\nprobes:\n  max_forgetting: 0.2\n`, {
      ...place,
      overrides: { learning_rate: '1e-4', 'probes.num_prompts': '2' },
    });
    expect(resolution.problems).toEqual([]);
    expect(resolution.config).toMatchObject({
      seed: 0,
      data_seed: 0,
      learning_rate: 1e-4,
      model_name_or_path: '/work place/model',
      train_file: '/work place/rows.jsonl',
      num_train_epochs: 3,
      probes: { max_forgetting: 0.2, num_prompts: 2, sets: 'auto' },
    });
    if (resolution.config === undefined) throw new Error('unreachable');
    expect(resolution.origins).toMatchObject({
      seed: 'file',
      learning_rate: 'flag',
      num_train_epochs: 'default',
      'probes.max_forgetting': 'file',
      'probes.num_prompts': 'flag',
      'probes.sets': 'default',
    });
  });

  it.each([
    [{ lerning_rate: '1' }, /--set lerning_rate=1.*learning_rate/],
    [{ learning_rate: 'fast' }, /--set learning_rate=fast/],
    [{ lora: '1' }, /lora|LoRA/],
  ])('flags %j are refused by name', (overrides, message) => {
    const { config, problems } = resolveConfig(GOOD, { ...place, overrides });
    expect(config).toBeUndefined();
    expect(problems.map((problem) => problem.message).join()).toMatch(message);
  });

  it.each([
    ['/a/b', 'c/../d', '/a/b/d'],
    ['/a/b', '/x/./y', '/x/y'],
    ['/a/b', '../../..', '/'],
    ['C:\\a', 'b\\c', 'C:\\a\\b\\c'],
    ['C:\\a', 'D:\\x', 'D:\\x'],
  ])('from %s, %s is %s', (folder, path, expected) => {
    expect(resolvePath(folder, path)).toBe(expected);
  });

  it('a new config has no problems', () => {
    expect(checkConfig(renderNewConfig({ model: 'model', data: 'rows.jsonl' }), place).problems).toEqual([]);
  });

  it('the JSON Schema describes every key', () => {
    const visit = (schema: unknown, path: string): void => {
      const { properties } = (schema ?? {}) as { properties?: Record<string, { description?: string }> };
      for (const [key, property] of Object.entries(properties ?? {})) {
        expect(property.description, `${path}${key}`).toBeTypeOf('string');
        visit(property, `${path}${key}.`);
      }
    };
    const schema = configJsonSchema();
    visit(schema, '');
    expect(Object.keys((schema as { properties: object }).properties).length).toBeGreaterThan(30);
  });
});
