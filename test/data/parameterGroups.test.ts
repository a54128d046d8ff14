import { expect, test } from 'vitest';
import {
  chooseTrainable,
  GROUP_NAMES,
  matchPattern,
  patternCost,
  patternFault,
} from '../../src/data/parameterGroups.ts';
import type { Freeze } from '../../src/protocol/runConfig.ts';

const PARTS = [
  'input_layernorm.weight',
  'self_attn.q_proj.weight',
  'self_attn.q_proj.bias',
  'self_attn.k_proj.weight',
  'self_attn.v_proj.weight',
  'self_attn.o_proj.weight',
  'self_attn.q_norm.weight',
  'post_attention_layernorm.weight',
  'mlp.gate_proj.weight',
  'mlp.up_proj.weight',
  'mlp.down_proj.weight',
];
const layers = (count: number): string[] =>
  Array.from({ length: count }, (_, layer) => PARTS.map((part) => `model.layers.${layer}.${part}`)).flat();
/** A head of its own; a tied one has no name. */
const UNTIED = ['model.embed_tokens.weight', ...layers(12), 'model.norm.weight', 'lm_head.weight'];
const TIED = UNTIED.slice(0, -1);

const trained = (freeze: Freeze, names = UNTIED): readonly string[] => {
  const chosen = chooseTrainable(names, freeze);
  return 'trainable' in chosen ? chosen.trainable : [chosen.problem];
};
const frozen = (freeze: Freeze, names = UNTIED): string[] => {
  const moving = new Set(trained(freeze, names));
  return names.filter((name) => !moving.has(name));
};
const inLayer3 = (names: readonly string[]): string[] =>
  names.filter((name) => name.includes('.layers.3.')).map((name) => name.replace('model.layers.3.', ''));

test.each<[string, readonly string[]]>([
  ['embeddings', []],
  ['attention', PARTS.slice(1, 6)],
  // Biases follow their projection; q and k norms are norms.
  ['q', ['self_attn.q_proj.weight', 'self_attn.q_proj.bias']],
  ['k', ['self_attn.k_proj.weight']],
  ['v', ['self_attn.v_proj.weight']],
  ['o', ['self_attn.o_proj.weight']],
  ['ffn', PARTS.slice(8)],
  ['gate', ['mlp.gate_proj.weight']],
  ['up', ['mlp.up_proj.weight']],
  ['down', ['mlp.down_proj.weight']],
  ['norms', ['input_layernorm.weight', 'self_attn.q_norm.weight', 'post_attention_layernorm.weight']],
  ['lm_head', []],
  ['layers 3', PARTS],
  ['layers 2-4', PARTS],
  ['layers 4-11', []],
  ['layers\\.3\\.mlp', PARTS.slice(8)],
])('%s, in one layer', (group, expected) => {
  expect(inLayer3(frozen({ groups: [group] }))).toEqual(expected);
  expect(inLayer3(trained({ trainable_groups: [group] }))).toEqual(expected);
});

test('outside of layers', () => {
  expect(frozen({ groups: ['embeddings'] })).toEqual(['model.embed_tokens.weight']);
  expect(frozen({ groups: ['lm_head'] })).toEqual(['lm_head.weight']);
  expect(frozen({ groups: ['norms'] })).toContain('model.norm.weight');
  expect(frozen({ groups: ['layers 1'] }).every((name) => name.startsWith('model.layers.1.'))).toBe(true);
});

test('every group of the list is one', () => {
  for (const group of GROUP_NAMES) expect(frozen({ groups: [group] }).length).toBeGreaterThan(0);
});

test('together: what moves is named and not frozen', () => {
  const moving = trained({ trainable_groups: ['attention'], groups: ['layers 0-10', 'o'] });
  expect(moving.map((name) => name.replace('model.layers.11.self_attn.', ''))).toEqual([
    'q_proj.weight',
    'q_proj.bias',
    'k_proj.weight',
    'v_proj.weight',
  ]);
});

test('without the block everything moves', () => {
  expect(chooseTrainable(UNTIED, undefined)).toEqual({ trainable: UNTIED });
});

test('a part of names is a regular expression', () => {
  expect(inLayer3(frozen({ groups: ['attn'] }))).toEqual(PARTS.slice(1, 7));
});

test.each<[Freeze, string]>([
  [{ groups: ['atention'] }, 'freeze.groups: "atention" matches no parameter: did you mean attention?'],
  [
    { trainable_groups: ['lm_head'] },
    'freeze.trainable_groups: "lm_head" matches nothing, because the head is tied to the embeddings: write embeddings.',
  ],
  [{ groups: ['layers 12-20'] }, 'freeze.groups: "layers 12-20" matches nothing: the model has the layers 0-11.'],
  [{ groups: ['layers 5-2'] }, 'freeze.groups: "layers 5-2" ends before it begins: write "layers 2-5".'],
  [
    { groups: ['mlp['] },
    `freeze.groups: "mlp[" is neither a group nor a regular expression: write one of ${GROUP_NAMES.join(', ')} or layers 0-11.`,
  ],
  [
    { groups: ['zzz'] },
    `freeze.groups: "zzz" matches no parameter: write one of ${GROUP_NAMES.join(', ')}, layers 0-11, or a regular expression over names such as model.layers.0.input_layernorm.weight.`,
  ],
  [{ groups: ['.'] }, 'freeze.groups [.] freeze every parameter, so nothing would be trained: leave one group out.'],
  [
    { groups: ['attention'], trainable_groups: ['q', 'k'] },
    'freeze.groups [attention] freeze all that freeze.trainable_groups [q, k] let move, so nothing would be trained: take one of the two out.',
  ],
])('%j is refused', (freeze, sentence) => {
  expect(chooseTrainable(TIED, freeze)).toEqual({ problem: sentence });
});

/** One layer of a model that keeps several projections in one tensor. */
const GPT2 = [
  'transformer.wte.weight',
  'transformer.wpe.weight',
  ...['ln_1.weight', 'attn.c_attn.weight', 'attn.c_proj.weight', 'ln_2.bias'].map(inGpt2),
  ...['mlp.c_fc.weight', 'mlp.c_proj.bias'].map(inGpt2),
  'transformer.ln_f.weight',
];
function inGpt2(part: string): string {
  return `transformer.h.0.${part}`;
}

test.each<[string, readonly string[]]>([
  ['embeddings', GPT2.slice(0, 2)],
  ['attention', ['attn.c_attn.weight', 'attn.c_proj.weight'].map(inGpt2)],
  ['o', [inGpt2('attn.c_proj.weight')]],
  ['up', [inGpt2('mlp.c_fc.weight')]],
  ['down', [inGpt2('mlp.c_proj.bias')]],
  ['norms', [inGpt2('ln_1.weight'), inGpt2('ln_2.bias'), 'transformer.ln_f.weight']],
  ['layer 0', GPT2.filter((name) => name.includes('.h.0.'))],
  ['c_attn', [inGpt2('attn.c_attn.weight')]],
])('%s in another architecture', (group, expected) => {
  expect(matchPattern(group, GPT2)).toEqual({ matched: expected });
});

test.each<[string, string, readonly string[], RegExp]>([
  [
    'q',
    'fused',
    ['attention'],
    /^is a part of transformer\.h\.0\.attn\.c_attn\.weight, a fused tensor that cannot be split: write attention\.$/,
  ],
  ['lm_head', 'unmatched', ['embeddings'], /^matches nothing, because the head is tied/],
  ['layers 1-2', 'unmatched', [], /^matches nothing: the model has the layers 0-0\.$/],
  ['c_atn', 'unmatched', ['c_attn', 'gate', 'attn'], /^matches no parameter: did you mean gate\?$/],
  ['gate', 'unmatched', [], /^matches no parameter: write one of/],
  ['layers 3-1', 'malformed', ['layers 1-3'], /^ends before it begins/],
  ['', 'malformed', [], /^is empty/],
])('%j matches nothing there', (pattern, kind, meant, problem) => {
  const match = matchPattern(pattern, GPT2);
  if (!('kind' in match)) throw new Error(`${pattern} matches ${match.matched.join()}`);
  expect([match.kind, match.meant()]).toEqual([kind, meant]);
  expect(match.problem()).toMatch(problem);
});

const INSIDE = ["self_attn.q_proj.weight", "mlp.up_proj.weight", "input_layernorm.weight"];
const TWELVE = Array.from({ length: 12 }, (_, layer) => INSIDE.map((part) => `model.layers.${layer}.${part}`)).flat();

test.each<[string, readonly string[]]>([
  ['layer.1', ['layers 1']],
  ['model.layer.1', ['layers 1']],
  ['^model\\.layer\\.1\\.', ['layers 1']],
  ['model.layers[1]', ['layers 1']],
  ['h.1', ['layers 1']],
  ['block_11', ['layers 11']],
  ['layer.12', []],
  ['layer.(0|1)', []],
  ['layer.1.mlp', ['layers.1.mlp']],
  ['layers.1.self_attn.qproj', ['layers.1.self_attn.q_proj', 'layers.1.self_attn']],
])('%j is to name no more than was meant', (pattern, meant) => {
  const match = matchPattern(pattern, TWELVE);
  expect('kind' in match ? match.meant() : match.matched).toEqual(meant);
  for (const one of meant) expect(matchPattern(one, TWELVE)).toHaveProperty('matched');
});

test('what no model could match is wrong without one', () => {
  const patterns = ['', 'mlp[', 'x'.repeat(201), 'layers 3-1', 'ffn', 'layers 0-1', 'zzz'];
  expect(patterns.filter((pattern) => patternFault(pattern) !== undefined)).toEqual(patterns.slice(0, 4));
});

test.each([
  ...GROUP_NAMES,
  'layers 0-11',
  String.raw`layers\.(1|2)\d?\..*mlp`,
  String.raw`^model\.layers\.\d+\.self_attn\.[qk]_proj`,
  '(?:attn|mlp)',
  'a*?b+?',
])('%s is quick', (pattern) => {
  expect(patternCost(pattern)).toBeLessThanOrEqual(40_000);
});

test.each([
  String.raw`(\w+)+!`,
  String.raw`((a|b)*c)*!`,
  String.raw`\w*\w*\w*!`,
  `${String.raw`\w?`.repeat(12)}!`,
  '(a?){40}a{40}',
  String.raw`(a)\1`,
  'a{1000}',
])('%s may take long', (pattern) => {
  expect(patternCost(pattern)).toBeGreaterThan(100_000);
});

test('names that nobody gave a tensor are not looked into for what a pattern may have meant', () => {
  const hostile = [
    `model.layers.0.${'a.'.repeat(60_000)}weight`,
    `model.layers.0.${'\n'.repeat(60_000)}`,
    'layers.0'.repeat(60_000),
    `model.layers.0.${'b.'.repeat(60)}weight`,
  ];
  const match = matchPattern('layers.0.mlp.up_prj', [...layers(1), ...hostile]);
  if (!('problem' in match)) throw new Error('a misspelt name matches');
  expect(match.meant()).toContain('layers.0.mlp.up_proj');
  const deep = matchPattern('layers.0.b.b.b.b.b.bb', hostile);
  if (!('problem' in deep)) throw new Error('a name that is not there matches');
  expect(deep.meant()).toEqual(['layers.0.b.b.b.b.b.b', 'layers.0.b.b.b.b.b', 'layers.0.b.b.b.b']);
});
