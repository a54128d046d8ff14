import { expect, test } from 'vitest';
import { aboutConfig } from '../../../src/config/about.ts';
import { checkConfig } from '../../../src/config/check.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import type { ExampleWorld } from '../../../src/config/rules/examples.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { IGNORE_INDEX, type EncodedRow } from '../../../src/data/encode.ts';
import { chooseTrainable } from '../../../src/data/parameterGroups.ts';
import { Failure } from '../../../src/engines/tfjs/failure.ts';
import { checkSnapshotLength, distillWarnings, snapshotRows } from '../../../src/engines/tfjs/run/distil.ts';
import { planRun } from '../../../src/engines/tfjs/run/plan.ts';
import { LEAST } from '../configs.ts';
import { GOOD_MODEL, surroundingsOf } from './world.ts';

/** What the engine refuses or warns about when it reads the blocks of the cures, and nothing else, is said before. */
const SAME: Readonly<Record<string, string>> = {
  'self_distill.known-rows': 'self-distill.few-known',
  'self_distill.snapshot-length': 'self-distill.snapshot-longer-than-run',
  'self_distill.label-loses': 'self-distill.labels-cannot-win',
  'self_distill.control': 'self-distill.control',
};

interface Data {
  readonly rows: number;
  readonly known: number;
  readonly length: number;
  readonly counted: number;
}

function encoded({ rows, length, counted }: Data): EncodedRow[] {
  return Array.from({ length: rows }, (_, index) => {
    const input_ids = Array.from({ length }, (_id, position) => position);
    const labels = input_ids.map((id, position) => (position < length - counted ? IGNORE_INDEX : id));
    return { id: `rows.jsonl:${index + 1}`, input_ids, labels, promptLength: length - counted, truncated: 0 };
  });
}

function worldOf({ rows, known, length, counted }: Data): ExampleWorld {
  const each = (value: number): number[] => Array.from({ length: rows }, () => value);
  return {
    model: {},
    data: { 'rows.jsonl': { rows, kinds: { text: 0, completion: 0, question: rows, chat: 0 } } },
    tokens: {
      'rows.jsonl': {
        rows,
        lengths: each(length),
        counted: each(counted),
        first_counted: each(length - counted),
        lines: each(1).map((_, index) => index + 1),
      },
    },
    knowledge: { known, new: rows - known },
  };
}

/** The first failure, or all warnings, of the engine on these rows. */
function saidByEngine(text: string, data: Data): string[] {
  const { config } = resolveConfig(text, surroundingsOf());
  if (config === undefined) throw new Error(`There is no config in ${text}`);
  const rows = encoded(data);
  const known = new Set(rows.slice(0, data.known).map(({ id }) => id));
  try {
    const warmUp = snapshotRows(config, rows, known);
    const plan = planRun(config, rows, [{ start: 0, count: rows.length, weight: 1 }], 0, warmUp);
    checkSnapshotLength(plan.snapshotSteps, plan.main.steps);
    return distillWarnings(config.self_distill, rows).map(({ code }) => code);
  } catch (error) {
    if (error instanceof Failure) return [error.code];
    throw error;
  }
}

function saidByRules(text: string, data: Data): string[] {
  const codes = checkConfig(text, surroundingsOf(worldOf(data))).problems.map(({ code }) => code);
  return codes.filter((code) => Object.values(SAME).includes(code));
}

const BLOCKS = [
  '{}',
  '{kd_weight: 0}',
  '{snapshot_epochs: 3}',
  '{snapshot_epochs: 0.2, snapshot_data: all}',
  '{snapshot_epochs: 4, snapshot_data: all}',
  '{teacher: base, kd_weight: 4}',
  '{positions: completion, temperature: 2}',
  '{temperature: 1, kd_weight: 3}',
];
const LENGTHS = [
  '',
  'max_steps: 19\n',
  'max_steps: 20\n',
  'num_train_epochs: 1\n',
  'num_train_epochs: 0.5\nper_device_train_batch_size: 2\n',
];
const DATA: readonly Data[] = [
  { rows: 100, known: 50, length: 20, counted: 6 },
  { rows: 100, known: 31, length: 20, counted: 19 },
  { rows: 33, known: 32, length: 12, counted: 4 },
  { rows: 500, known: 400, length: 12, counted: 10 },
];

test.each(BLOCKS.flatMap((block) => LENGTHS.map((length) => [block, length] as const)))(
  'self_distill: %s after %j',
  (block, length) => {
    const text = `${LEAST}${length}self_distill: ${block}\n`;
    for (const data of DATA) {
      const [engine, rules] = [saidByEngine(text, data), saidByRules(text, data)];
      const expected = engine.map((code) => SAME[code] ?? code);
      // A run that is refused has no time to warn; the editor says all at once.
      if (engine.some((code) => code.endsWith('-rows') || code.endsWith('-length')))
        expect(rules).toEqual(expect.arrayContaining(expected));
      else expect(rules, JSON.stringify(data)).toEqual(expected);
    }
  },
);

test.each([
  'groups: [ffn]',
  'groups: [atention]',
  'groups: [lm_head]',
  'groups: [layers 0-1]',
  'groups: [layers 2-5]',
  'groups: [layers 1-0]',
  'groups: ["mlp["]',
  'groups: ["."]',
  'groups: [" "]',
  'groups: [q], trainable_groups: [q, k]',
  'groups: [attention], trainable_groups: [q, k]',
  'trainable_groups: [embeddings, ffn, norms, attention]',
  'trainable_groups: [zzz]',
])('freeze: {%s}', (block) => {
  const text = `${LEAST}freeze: {${block}}\n`;
  const freeze = aboutConfig(parseConfigText(text), surroundingsOf()).config()?.freeze;
  const names = GOOD_MODEL.tensors.map(({ name }) => name);
  const { problems } = checkConfig(text, surroundingsOf({ model: {} }));
  const refused = problems.filter(({ code, level }) => code.startsWith('freeze.') && level === 'error');
  expect(refused.length > 0).toBe('problem' in chooseTrainable(names, freeze));
});
