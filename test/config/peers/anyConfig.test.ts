import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createRandom, type Random } from '../../../src/base/random.ts';
import type { Block, Path } from '../../../src/config/path.ts';
import { meaningOf } from '../../../src/config/peers/meaning.ts';
import { recognise } from '../../../src/config/peers/recognise.ts';
import { tellFile } from '../../../src/config/peers/tell.ts';
import { ALL_TRAINERS } from '../../../src/config/peers/trainers.ts';
import { translate } from '../../../src/config/peers/translate.ts';
import { keysAt, schemaAt } from '../../../src/config/schemaAt.ts';
import { schemaIssues } from '../../../src/config/schemaIssues.ts';
import { adviseUnknownKey } from '../../../src/config/unknownKeyAdvice.ts';

const OURS = ['facts', 'known-only', 'pretrain'].map((name) =>
  readFileSync(new URL(`../../../examples/lab/${name}.sft.yaml`, import.meta.url), 'utf8'),
);

const LEAST = 'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\n';

test.each([
  ...OURS,
  LEAST,
  `${LEAST}optim: adamw_8bit\nlora: {r: 8}\nreport_to: [wandb]\ngradient_checkpointing: true\n`,
  // Three mistakes make no other trainer's file.
  `${LEAST}micro_batch_size: 4\nsequence_len: 8\nnum_epochs: 2\n`,
  '{}',
])('our own configs are nobody else’s: %#', (text) => {
  const config = parse(text) as Block;
  expect(recognise(config)).toBeUndefined();
  expect(tellFile(config)).toBeUndefined();
});

test.each(OURS)('our own configs come through a translation unchanged: %#', (text) => {
  const config = parse(text) as Block;
  const { value, left, assumed } = translate(config);
  expect(value).toEqual(config);
  expect([...left, ...assumed]).toEqual([]);
});

test('an Axolotl file below the first lines of ours is recognised', () => {
  const theirs =
    'base_model: m\ndatasets: [{path: a}]\nsequence_len: 8\nmicro_batch_size: 1\nnum_epochs: 1\nlr_scheduler: cosine\nsample_packing: true\n';
  expect(recognise(parse(`version: 1\ntrain_file: rows.jsonl\n${theirs}`) as Block)?.name).toBe('Axolotl');
});

test('every key of the tables leads to a setting of ours, or says what to do', () => {
  const pathOf = (ours: string): Path =>
    ours.split('.').flatMap((step) => (step.endsWith('[]') ? [step.slice(0, -2), 0] : [step]));
  for (const { name, keys } of ALL_TRAINERS) {
    for (const { key, ours, convert, advice } of keys) {
      const where = `${name}: ${key}`;
      if (ours !== undefined && ours !== '')
        expect([where, schemaAt(pathOf(ours))]).not.toEqual([where, undefined]);
      else expect([where, convert ?? advice]).toEqual([where, expect.anything()]);
      if (advice !== undefined) expect(advice).toMatch(/^(delete it|write |name |split off )[^\n]*[^.!?\n]$/);
    }
  }
});

test('no trainer lists a key twice, nor one of ours that is not converted', () => {
  for (const { name, keys } of ALL_TRAINERS) {
    const own = keys.map(({ key }) => key);
    const twice = own.filter((key, index) => own.indexOf(key) !== index && !key.startsWith('training_args.'));
    expect([name, twice]).toEqual([name, []]);
    const ours = keys.filter(({ key, convert }) => schemaAt([key]) !== undefined && convert === undefined);
    expect([name, ours.map(({ key }) => key).filter((key) => key !== 'lora')]).toEqual([name, []]);
  }
});

/** Words that mean something to JavaScript, to us, and to every trainer. */
const WORDS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '3',
  'a.b',
  '[]',
  '*',
  ...(keysAt([]) ?? []),
  ...ALL_TRAINERS.flatMap(({ keys }) => keys.flatMap(({ key }) => key.split('.'))),
];

const SCALARS = [
  null,
  undefined,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  -1e9,
  1e308,
  NaN,
  Infinity,
  '',
  'all',
  'lora',
  'a,b',
  'x'.repeat(300),
  '(',
  '[:3]',
];

function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 3 ? 1 : 4);
  if (kind === 1) return Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1));
  if (kind >= 2) return randomBlock(random, depth + 1);
  return random.below(4) === 0 ? WORDS[random.below(WORDS.length)] : SCALARS[random.below(SCALARS.length)];
}

function randomBlock(random: Random, depth: number): Block {
  // As a parser makes them: `__proto__` is a key like any other.
  return Object.fromEntries(
    Array.from({ length: random.below(depth === 0 ? 25 : 6) }, () => [
      WORDS[random.below(WORDS.length)] ?? '',
      randomValue(random, depth),
    ]),
  );
}

function pathsIn(block: unknown, path: Path = []): Path[] {
  if (typeof block !== 'object' || block === null) return [];
  const steps: (string | number)[] = Array.isArray(block) ? [...block.keys()] : Object.keys(block);
  return steps.flatMap((step) => [
    [...path, step],
    ...pathsIn((block as Record<string | number, unknown>)[step], [...path, step]),
  ]);
}

test('any block is translated to something that our schema takes, and nothing throws', () => {
  const random = createRandom(7, 'peers');
  for (let round = 0; round < 150; round++) {
    const config = randomBlock(random, 0);
    const before = JSON.stringify(config);
    const { value, taken, left } = translate(config);
    const wrong = schemaIssues(value).filter(({ received }) => received !== undefined);
    expect([config, wrong]).toEqual([config, []]);
    expect(Object.keys(value)[0]).toBe('version');
    for (const { why } of left) expect(why).toMatch(/^(delete it|write |name |split off )/);
    expect(taken.every(({ theirs }) => typeof theirs === 'string')).toBe(true);
    tellFile(config);
    for (const path of pathsIn(config).slice(0, 30)) {
      meaningOf(path, config);
      expect(adviseUnknownKey(path, config).cure).not.toMatch(/undefined|\[object|\n/);
    }
    expect(JSON.stringify(config)).toBe(before);
  }
  expect(({} as Record<string, unknown>).r).toBeUndefined();
});
