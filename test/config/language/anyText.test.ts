import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createRandom, type Random } from '../../../src/base/random.ts';
import type { Facts } from '../../../src/config/facts.ts';
import {
  completionsAt,
  foldsOf,
  hoverAt,
  linksOf,
  symbolsOf,
  type DocumentSymbolNode,
} from '../../../src/config/language/index.ts';
import { scan } from '../../../src/config/language/scan.ts';
import type { Span } from '../../../src/config/language/span.ts';
import { MAX_CONFIG_LENGTH } from '../../../src/config/limits.ts';
import { renderNewConfig } from '../../../src/config/newConfig.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import { formatPath, type Path } from '../../../src/config/path.ts';
import type { Problem } from '../../../src/config/problem.ts';
import { surroundingsOf } from '../rules/world.ts';

const surroundings = surroundingsOf({
  model: {},
  data: { 'rows.jsonl': {} },
  tokens: { 'rows.jsonl': {} },
  engines: { torch: { usable: true } },
});
const PROBLEM: Problem = {
  code: 'config.wrong-value',
  level: 'error',
  message: 'x',
  range: { offset: 0, length: 1e9, line: 1, column: 1 },
};
const list = (): { name: string; isFolder: boolean }[] => [
  { name: 'a `b`: {c} #1.jsonl', isFolder: false },
  { name: '\u{1F600} $1}', isFolder: true },
];

const PIECES = [
  ...[
    '\n',
    '\r\n',
    '\n  ',
    '\n    ',
    ': ',
    ':',
    '- ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    ' # ',
    '|\n',
    '>-\n',
  ],
  ...[
    '&a ',
    '*a',
    '!!str ',
    '\t',
    '\u0000',
    '\uFEFF',
    '\u{1F600}',
    '\uD83D',
    '---\n',
    '\\',
    '`',
    '<b>',
    '$1',
  ],
  ...[
    'self_distill',
    'freeze',
    'groups',
    'train_file',
    'probes',
    'sets',
    'engine',
    'lora',
    'target_modules',
    '1e9',
  ],
  ...[
    'holdfast-ignore ',
    '__proto__',
    'constructor',
    'teacher',
    'model_name_or_path: model',
    'path',
    'prompts',
  ],
];

function anyText(random: Random): string {
  return Array.from({ length: random.below(60) }, () => PIECES[random.below(PIECES.length)] ?? '').join('');
}

/** A good config with holes and signs in it. */
function mangled(random: Random): string {
  const good = renderNewConfig({ model: 'model', data: 'rows.jsonl', cures: ['self_distill'] });
  return Array.from({ length: 1 + random.below(5) }).reduce<string>((text) => {
    const at = random.below(text.length);
    return text.slice(0, at) + (PIECES[random.below(PIECES.length)] ?? '') + text.slice(at + random.below(6));
  }, good);
}

/** Everything the room can do with a text, and what must be so whatever the text is. */
function exercise(text: string, offset: number): void {
  const plain = text.replace(/^\uFEFF/, '');
  const cursor = Number.isNaN(offset) ? 0 : Math.min(Math.max(0, Math.trunc(offset)), plain.length);
  for (const { range, insert, also, filter, label } of completionsAt({ text, offset, surroundings, list })) {
    expect(range.offset).toBeLessThanOrEqual(cursor);
    expect(range.offset + range.length).toBeGreaterThanOrEqual(cursor);
    expect(range.offset + range.length).toBeLessThanOrEqual(plain.length);
    // Editors want the range of a completion on one line.
    expect(plain.slice(range.offset, range.offset + range.length)).not.toContain('\n');
    expect([typeof insert, typeof filter, label.includes('\n')]).toEqual(['string', 'string', false]);
    for (const edit of also) expect(edit.range.offset).toBeLessThanOrEqual(range.offset);
  }
  const hover = hoverAt({ text, offset, surroundings, problems: [PROBLEM] });
  if (hover !== undefined) {
    expect(hover.range.offset).toBeGreaterThanOrEqual(0);
    expect(hover.range.offset + hover.range.length).toBeLessThanOrEqual(plain.length);
  }
  const parsed = parseConfigText(text);
  const lines = plain.split('\n').length;
  for (const { startLine, endLine } of foldsOf(parsed)) {
    expect(startLine).toBeGreaterThan(0);
    expect(endLine).toBeGreaterThan(startLine);
    expect(endLine).toBeLessThanOrEqual(lines);
  }
  for (const { range } of linksOf(parsed, surroundings))
    expect(range.offset + range.length).toBeLessThanOrEqual(plain.length);
  symbolsOf(parsed).forEach((node) => checkSymbol(node, plain.length));
}

function checkSymbol({ range, selection, children, name }: DocumentSymbolNode, length: number): void {
  expect(name).not.toBe('');
  expect(range.offset + range.length).toBeLessThanOrEqual(length);
  expect(selection.offset).toBeGreaterThanOrEqual(range.offset);
  expect(selection.offset + selection.length).toBeLessThanOrEqual(range.offset + range.length);
  for (const child of children) checkSymbol(child, length);
}

describe('any text, any offset', () => {
  test.each([anyText, mangled])('%#', (make) => {
    const random = createRandom(11, 'language', make.name);
    for (let round = 0; round < 100; round += 1) {
      const text = make(random);
      exercise(text, random.below(text.length + 2));
    }
  });

  test.each(['', '\uFEFF', '\uFEFFseed: 1', '\r', '\r\n', '\u{1F600}: \u{1F600}', 'a: &a [*a]'])(
    '%j',
    (text) => {
      for (const offset of [-1, 0, 0.5, 1, text.length, 1e9, NaN, Infinity, -Infinity])
        exercise(text, offset);
    },
  );

  test('every offset of a config in lines, in braces and in JSON', () => {
    const lines = 'train_file:\n  - path: "a"  # b\nfreeze: {groups: [ffn, \'q\']}\r\nlora:\n  r: 8\n';
    const json = '{"seed": 1,\n "freeze": {"groups": ["ffn"]}\n}';
    for (const text of [lines, json])
      for (let offset = 0; offset <= text.length; offset += 1) exercise(text, offset);
  });
});

/** Settings, lists and blocks of no particular meaning. */
function anyBlock(random: Random, depth: number): Record<string, unknown> {
  const count = 1 + random.below(4);
  const keys = ['seed', 'learning_rate', 'a-b', 'probes', 'x.y', 'name'].slice(0, count);
  return Object.fromEntries(keys.map((key) => [key, anyValue(random, depth)]));
}

function anyValue(random: Random, depth: number): unknown {
  const values = [1, 5e-5, true, 'word', 'two words', 'a: b', '- c', '{d}', "it's", 'x #y', '"', 'l\nm', ''];
  const kind = depth === 0 ? 0 : random.below(3);
  if (kind === 0) return values[random.below(values.length)];
  if (kind === 1) return anyBlock(random, depth - 1);
  return Array.from({ length: 1 + random.below(3) }, () => anyValue(random, depth - 1));
}

const WRITERS: readonly [string, (value: unknown) => string][] = [
  ['lines', (value) => stringify(value, { lineWidth: 0 })],
  ['lines with lists below their keys', (value) => stringify(value, { lineWidth: 0, indentSeq: false })],
  ['wide lines', (value) => stringify(value, { lineWidth: 0, indent: 6 })],
  // Plain words of several lines, which somebody who types never means, are not looked into.
  [
    'braces',
    (value) =>
      stringify(value, {
        lineWidth: 0,
        collectionStyle: 'flow',
        defaultKeyType: 'PLAIN',
        defaultStringType: 'QUOTE_DOUBLE',
        doubleQuotedMinMultiLineLength: 1_000,
      }),
  ],
  ['JSON', (value) => JSON.stringify(value, undefined, 2)],
  ['JSON on one line', (value) => JSON.stringify(value)],
];

test.each(WRITERS)('of a good config in %s the layout alone tells where each key stands', (name, write) => {
  const random = createRandom(5, 'layout', name);
  for (let round = 0; round < 60; round += 1) {
    const config = write(anyBlock(random, 4));
    const { entries, problems } = parseConfigText(config);
    expect(problems).toEqual([]);
    const keys = [...entries.values()].flatMap(({ path, key }) =>
      key === undefined ? [] : [place(path, key)],
    );
    expect(
      scan(config).keys.map((key) => place(key.path, key)),
      config,
    ).toEqual(keys);
  }
});

function place(path: Path, { offset, length }: Span): string {
  return `${offset}+${length} ${formatPath(path)}`;
}

describe('work is bounded', () => {
  const asked: string[] = [];
  const facts = ((kind: string) => void asked.push(kind)) as unknown as Facts;
  const around = { ...surroundings, facts };

  test('a text that is too long to be read asks nobody anything', () => {
    const text = `{"seed": 1, ${'"seed": 1,\n'.repeat(MAX_CONFIG_LENGTH / 11)} "engine": "`;
    expect(text.length).toBeGreaterThan(MAX_CONFIG_LENGTH);
    expect(completionsAt({ text, offset: text.length, surroundings: around, list })).toEqual([]);
    expect(hoverAt({ text, offset: text.length - 4, surroundings: around, problems: [] })).toBeUndefined();
    expect(symbolsOf(parseConfigText(text))).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('in 20,000 lines what is offered depends on the block at hand', () => {
    const prompts = '    - "Some words: {question}"  # and a comment\n'.repeat(20_000);
    const text = `seed: 1\nprobes:\n  prompts:\n${prompts}lora:\n  r: 8\n  \n`;
    const offered = completionsAt({ text, offset: text.length - 1, surroundings: around });
    expect(offered.map(({ label }) => label)).toEqual(['lora_alpha', 'lora_dropout', 'target_modules']);
    const atTheTop = completionsAt({ text: `${text}e`, offset: text.length + 1, surroundings: around });
    const labels = atTheTop.map(({ label }) => label);
    expect(labels).toContain('engine');
    for (const key of ['seed', 'probes', 'lora']) expect(labels).not.toContain(key);
    // A block that is too long itself is left alone.
    const inside = text.indexOf('lora:');
    expect(
      completionsAt({ text: `${text.slice(0, inside)}    - `, offset: inside + 6, surroundings }),
    ).toEqual([]);
  });

  const signs = [
    '[',
    '{',
    '- ',
    '{a: ',
    '[{a: ',
    '"',
    "'",
    ' ',
    '\n',
    ': ',
    'a:\n',
    '|',
    '# ',
    ',',
    '\\',
    '&a ',
  ];
  test.each(signs)('twenty thousand signs of %j', (sign) => {
    const text = sign.repeat(20_000 / sign.length);
    exercise(text, text.length);
    exercise(text, text.length / 2);
  });
});
