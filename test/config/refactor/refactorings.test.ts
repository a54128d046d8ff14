import { describe, expect, test } from 'vitest';
import { checkConfig, ruleInput } from '../../../src/config/check.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import { applyEdits } from '../../../src/config/problem.ts';
import { REFACTORINGS, type Refactoring } from '../../../src/config/refactor/index.ts';
import type { ExampleWorld } from '../../../src/config/rules/examples.ts';
import type { RuleInput } from '../../../src/config/rules/rule.ts';
import { LEAST } from '../configs.ts';
import { surroundingsOf } from '../rules/world.ts';

function inputOf(text: string, world: ExampleWorld = {}): RuleInput {
  return ruleInput(parseConfigText(text), surroundingsOf(world));
}

function named(id: string): Refactoring {
  const found = REFACTORINGS.find((refactoring) => refactoring.id === id);
  if (found === undefined) throw new Error(`There is no refactoring ${id}`);
  return found;
}

/** After it, and what is wrong with that; undefined where it is not offered. */
function after(id: string, text: string, world?: ExampleWorld): string | undefined {
  const [refactoring, input] = [named(id), inputOf(text, world)];
  if (!refactoring.isOffered(input)) return undefined;
  const changed = applyEdits(text, refactoring.edits(input));
  const errors = checkConfig(changed, surroundingsOf(world)).problems.filter(
    ({ level }) => level === 'error',
  );
  expect(errors.map(({ message }) => message)).toEqual([]);
  return changed;
}

const WHOLE = '"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"';
const SPLIT = { files: { 'rows.train.jsonl': 'file', 'rows.eval.jsonl': 'file' } } as const;

describe.each<[string, [string, string | undefined, ExampleWorld?][]]>([
  [
    'add-self-distillation',
    [
      [`${LEAST}seed: 1  # one\n`, `${LEAST}seed: 1  # one\nself_distill: {}\n`],
      [`{${WHOLE}}\n`, `{${WHOLE}, "self_distill": {}}\n`],
      [LEAST, `${LEAST}self_distill: {snapshot_data: all}\n`, { model: {}, knowledge: { known: 31 } }],
      [`${LEAST}self_distill: {kd_weight: 0}\n`, undefined],
      [`${LEAST}from_config: true\n`, undefined],
    ],
  ],
  [
    'train-attention-only',
    [
      [LEAST, `${LEAST}freeze: {trainable_groups: [attention]}\n`],
      [
        `${LEAST}freeze:\n  groups: [ffn]  # these\n  # and why\nseed: 1\n`,
        `${LEAST}freeze:\n  trainable_groups: [attention]\n  # and why\nseed: 1\n`,
      ],
      [
        `{${WHOLE}, "freeze": {"groups": ["q"], "trainable_groups": ["q", "k"]}}\n`,
        `{${WHOLE}, "freeze": {"trainable_groups": ["attention"]}}\n`,
      ],
      [`${LEAST}freeze: {trainable_groups: [attention]}\n`, undefined],
      [`${LEAST}lora: {}\n`, undefined],
      [`${LEAST}from_config: true\n`, undefined],
    ],
  ],
  [
    'train-plainly',
    [
      [`${LEAST}self_distill: {}  # keep\nfreeze:\n  groups: [ffn]\nseed: 1\n`, `${LEAST}seed: 1\n`],
      [`{${WHOLE}, "self_distill": {}, "freeze": {"groups": ["ffn"]}}\n`, `{${WHOLE}}\n`],
      [`${LEAST}freeze: {groups: [ffn]}\n`, LEAST],
      [LEAST, undefined],
    ],
  ],
  [
    'split-off-evaluation',
    [
      [
        `${LEAST}seed: 1\n`,
        'version: 1\nmodel_name_or_path: model\ntrain_file: rows.train.jsonl\nseed: 1\neval_file: rows.eval.jsonl\n',
        SPLIT,
      ],
      [
        'version: 1\nmodel_name_or_path: model\ntrain_file:\n  - path: ./rows.jsonl  # all\n  - path: more.jsonl\n',
        'version: 1\nmodel_name_or_path: model\ntrain_file:\n  - path: ./rows.train.jsonl  # all\n  - path: more.jsonl\neval_file: ./rows.eval.jsonl\n',
        SPLIT,
      ],
      [`${LEAST}eval_file: more.jsonl\n`, undefined],
      [LEAST, undefined, { data: { 'rows.jsonl': { rows: 1 } } }],
      ['version: 1\nmodel_name_or_path: model\ntrain_file: gone.jsonl\n', undefined],
    ],
  ],
])('%s', (id, cases) => {
  test.each(cases)('%j', (text, expected, world) => {
    expect(after(id, text, world)).toBe(expected);
  });

  test('is offered once: what it has done needs not be done again', () => {
    const [[text, , world] = [LEAST]] = cases;
    expect(after(id, after(id, text, world) ?? '', world)).toBeUndefined();
  });

  test.each(['', 'a: [', '[]', 'version: 1', '{', '\uFEFFtrain_file:'])('%j is no place for it', (text) => {
    const input = inputOf(text);
    const refactoring = named(id);
    expect(refactoring.isOffered(input)).toBe(false);
    // Asked nevertheless, it breaks nothing.
    expect(() => refactoring.edits(input)).not.toThrow();
  });
});

test('rows move beside their file, by the seed of the run', () => {
  const input = inputOf(`${LEAST}seed: 7\n`);
  expect(named('split-off-evaluation').move?.(input)).toEqual({
    from: '/home/ada/study/rows.jsonl',
    trainName: 'rows.train.jsonl',
    evalName: 'rows.eval.jsonl',
    share: 0.1,
    seed: 7,
  });
});

test('ids and titles are names of their own', () => {
  expect(new Set(REFACTORINGS.map(({ id }) => id)).size).toBe(REFACTORINGS.length);
  expect(new Set(REFACTORINGS.map(({ title }) => title)).size).toBe(REFACTORINGS.length);
});
