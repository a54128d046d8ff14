import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkConfig } from '../../../src/config/check.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import { isBlock, valueAt, type Block, type Path } from '../../../src/config/path.ts';
import { meaningOf } from '../../../src/config/peers/meaning.ts';
import { recognise } from '../../../src/config/peers/recognise.ts';
import { tellFile } from '../../../src/config/peers/tell.ts';
import { translate } from '../../../src/config/peers/translate.ts';
import { schemaAt } from '../../../src/config/schemaAt.ts';
import { adviseUnknownKey } from '../../../src/config/unknownKeyAdvice.ts';
import { SURROUNDINGS } from '../configs.ts';

const FOLDER = new URL('examples/', import.meta.url);
const NAMES: Readonly<Record<string, string>> = {
  'hugging-face': 'Hugging Face',
  trl: 'TRL',
  axolotl: 'Axolotl',
  'llama-factory': 'LLaMA-Factory',
  'ms-swift': 'ms-swift',
  torchtune: 'torchtune',
  nemo: 'NeMo Automodel',
  'mlx-lm': 'mlx-lm',
  distillkit: 'DistillKit',
  unsloth: 'Unsloth',
};
const FILES = readdirSync(FOLDER);

test('every trainer has an example', () => {
  const shown = FILES.map((file) => trainerOf(file));
  expect([...new Set(shown)].sort()).toEqual(Object.values(NAMES).sort());
});

describe.each(FILES)('%s', (file) => {
  const config = read(file);

  test('is recognised', () => {
    expect(recognise(config)?.name).toBe(trainerOf(file));
    expect(tellFile(config)).toMatch(
      /^This looks like a config of [\w- ]+: translate it, \d+ settings can be taken over(, and \d+ ha(s|ve) no counterpart)?\.$/,
    );
  });

  test('has no key that is answered by its spelling alone', () => {
    const foreign = keysOf(config, []).filter((path) => schemaAt(path) === undefined);
    expect(foreign.length).toBeGreaterThan(2);
    for (const path of foreign.filter(([first]) => !isOurs(first))) {
      expect([path, meaningOf(path, config)]).toEqual([path, expect.anything()]);
      const { cure } = adviseUnknownKey(path, config);
      expect(cure).toMatch(CURES);
    }
  });

  test('becomes a config that lacks nothing but files', () => {
    const { value, taken, left } = translate(config);
    const { problems } = checkConfig(stringify(value), SURROUNDINGS);
    const errors = problems.filter(({ level, code }) => level === 'error' && code !== 'config.missing-file');
    expect(errors.map(({ message }) => message)).toEqual([]);
    expect(value.model_name_or_path).toEqual(expect.any(String));
    expect(value.train_file).toBeDefined();
    for (const { why } of left) expect(why).toMatch(CURES);
    expect(taken.length).toBeGreaterThan(8);
  });

  test('loses no key on the way', () => {
    const { taken, left } = translate(config);
    const told = [...taken, ...left].map(({ theirs }) => theirs);
    expect(new Set(told).size).toBe(told.length);
    const lost = leavesOf(config, []).filter(
      (leaf) => !told.some((theirs) => leaf === theirs || leaf.startsWith(`${theirs}.`)),
    );
    expect(lost).toEqual([]);
  });
});

/** Each answer begins with what to do, or says what it is here. */
const CURES =
  /^(delete it|write |name |split off |did you mean |move it |put )|^`.+` of [\w- ]+ is `.+`( and \d+ more)? here/;

function read(file: string): Block {
  const { value, problems } = parseConfigText(readFileSync(new URL(file, FOLDER), 'utf8'));
  expect(problems).toEqual([]);
  return value ?? {};
}

function trainerOf(file: string): string {
  const prefix = Object.keys(NAMES).find((name) => file.startsWith(`${name}-`)) ?? file;
  return NAMES[prefix] ?? prefix;
}

function isOurs(key: Path[number] | undefined): boolean {
  return schemaAt([key ?? '']) !== undefined;
}

/** Paths of keys at the top, and in blocks that are read key by key. */
function keysOf(block: Block, path: Path): Path[] {
  return Object.keys(block).map((key) => [...path, key]);
}

/** Dotted keys with a value, whole lists and empty blocks among them. */
function leavesOf(block: Block, path: Path): string[] {
  return Object.keys(block).flatMap((key) => {
    const inner = [...path, key];
    const value = valueAt(block, [key]);
    if (value === null) return [];
    return isBlock(value) && Object.keys(value).length > 0 ? leavesOf(value, inner) : [inner.join('.')];
  });
}
