import { expect, test } from 'vitest';
import { foldsOf, linksOf, symbolsOf, type DocumentSymbolNode } from '../../../src/config/language/index.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import { SURROUNDINGS } from '../configs.ts';

const CONFIG = `# What it is for,
# and why.
version: 1
model_name_or_path: "model"   # one comment
train_file:
  - path: rows.jsonl
    weight: 2
  - {path: gone.jsonl}
learning_rate: 0.00005
self_distill:
  teacher: org/held
probes: {
  sets: [
    {name: own, file: more.jsonl}
  ],
}
prompt_template: |
  Ask:
  {question}
data_seed:
`;

/** `name = detail (kind) [children]`. */
function asText({ name, detail, kind, children }: DocumentSymbolNode): string {
  const inside = children.length === 0 ? '' : ` [${children.map(asText).join(', ')}]`;
  return `${name}${detail === '' ? '' : ` = ${detail}`}${kind === 'value' ? '' : ` (${kind})`}${inside}`;
}

test('symbols are the settings as a tree', () => {
  expect(symbolsOf(parseConfigText(CONFIG)).map(asText)).toEqual([
    'version = 1',
    'model_name_or_path = model',
    'train_file (list) [1: rows.jsonl (block) [path = rows.jsonl, weight = 2], 2: gone.jsonl (block) [path = gone.jsonl]]',
    'learning_rate = 5.0e-5',
    'self_distill (block) [teacher = org/held]',
    'probes (block) [sets (list) [1: own (block) [name = own, file = more.jsonl]]]',
    'prompt_template = Ask: {question} ',
    'data_seed',
  ]);
});

test('each symbol spans its key and value, its selection is in it, and it is in its parent', () => {
  const inside = (outer: DocumentSymbolNode['range'], inner: DocumentSymbolNode['range']): boolean =>
    outer.offset <= inner.offset && inner.offset + inner.length <= outer.offset + outer.length;
  const check = (node: DocumentSymbolNode): void => {
    expect(inside(node.range, node.selection), node.name).toBe(true);
    for (const child of node.children) {
      expect(inside(node.range, child.range), child.name).toBe(true);
      check(child);
    }
  };
  const symbols = symbolsOf(parseConfigText(CONFIG));
  symbols.forEach(check);
  const [, , , rate] = symbols;
  expect(CONFIG.slice(rate?.range.offset).slice(0, rate?.range.length)).toBe('learning_rate: 0.00005');
});

test('what an alias repeats is no symbol of its own', () => {
  const aliased = parseConfigText('a: &x {b: 1}\nc: *x\n');
  expect(symbolsOf(aliased).map(asText)).toEqual(['a (block) [b = 1]', 'c (block)']);
});

test('blocks, lists, texts and runs of comments fold', () => {
  const lines = CONFIG.split('\n');
  const folds = foldsOf(parseConfigText(CONFIG));
  expect(
    folds.map(({ startLine, endLine, kind }) => [lines[startLine - 1], lines[endLine - 1], kind]),
  ).toEqual([
    ['# What it is for,', '# and why.', 'comment'],
    ['train_file:', '  - {path: gone.jsonl}', 'region'],
    ['  - path: rows.jsonl', '    weight: 2', 'region'],
    ['self_distill:', '  teacher: org/held', 'region'],
    // Closing brackets stay in sight.
    ['probes: {', '  ],', 'region'],
    ['  sets: [', '    {name: own, file: more.jsonl}', 'region'],
    ['prompt_template: |', '  {question}', 'region'],
  ]);
});

test('a text that cannot be read folds its comments', () => {
  expect(foldsOf(parseConfigText('# a\n# b\n- 1\n'))).toEqual([
    { startLine: 1, endLine: 2, kind: 'comment' },
  ]);
});

test('links go to files that are there', () => {
  const links = linksOf(parseConfigText(CONFIG), SURROUNDINGS);
  expect(
    links.map(({ range, path }) => [CONFIG.slice(range.offset, range.offset + range.length), path]),
  ).toEqual([
    ['model', '/home/ada/study/model/config.json'],
    ['rows.jsonl', '/home/ada/study/rows.jsonl'],
    // From the local cache of the hub.
    ['org/held', '/cache/held/config.json'],
    ['more.jsonl', '/home/ada/study/more.jsonl'],
  ]);
});

test('words of a teacher, folders without a model and empty values are no links', () => {
  const text = 'model_name_or_path: empty\neval_file:\nself_distill: {teacher: base}\ntrain_file: model\n';
  expect(linksOf(parseConfigText(text), SURROUNDINGS)).toEqual([]);
});
