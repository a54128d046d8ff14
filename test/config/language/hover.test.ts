import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { hoverAt, type Hover } from '../../../src/config/language/index.ts';
import { allSettings } from '../../../src/config/language/settings.ts';
import type { ExampleWorld } from '../../../src/config/rules/examples.ts';
import { LEAST } from '../configs.ts';
import { surroundingsOf } from '../rules/world.ts';

/** A model of 114,240 parameters and a hundred rows of 20 tokens, 6 of them counted. */
const KNOWN: ExampleWorld = {
  model: {},
  data: { 'rows.jsonl': {}, 'more.jsonl': { rows: 1_234 } },
  tokens: { 'rows.jsonl': {} },
  knowledge: { known: 30, maybe: 10, new: 60 },
};

/** What is said of the first place in the added lines that reads `words`. */
function hover(added: string, words: string, world: ExampleWorld = KNOWN): Hover | undefined {
  const text = LEAST + added;
  const surroundings = surroundingsOf(world);
  const { problems } = checkConfig(text, surroundings);
  const reference = (page: string, heading: string): string => `https://docs.example/${page}#${heading}`;
  return hoverAt({ text, offset: text.lastIndexOf(words), surroundings, problems, reference });
}

test('a setting: type, default, meaning, values, this config, other names, source, reference', () => {
  expect(hover('warmup_steps: 0.1\n', 'warmup_steps')?.markdown.split('\n\n')).toEqual([
    '**`warmup_steps`**: a number of at least 0, default `0`',
    'Steps of linear warm-up; below 1: share of all steps. Lets the optimizer gather its moments before it takes full steps. Without effect on `lr_scheduler_type: constant`.',
    'Unit: steps, or below 1 a share of all steps.',
    '```text\nlearning rate at step s < warmup: learning_rate * s / warmup\n```',
    '- `0`: none\n- `0.03`: 3 % of all steps\n- `0.1`: a tenth of all steps\n- `100`: a hundred steps',
    // 3 epochs of 13 steps of 8 rows.
    'Here `0.1`. 4 steps of 39 steps; then the rate is `5.0e-5`.',
    expect.stringMatching(/^Elsewhere: `warmup_ratio` \(Hugging Face, other values\), /) as string,
    'Source: transformers, `TrainingArguments`, where it took over from `warmup_ratio`.',
    '[All settings](<https://docs.example/settings#warmup_steps>)',
  ]);
});

test.each<[string, string, string]>([
  ['seed: 42\n', 'seed', 'Here `42`, as by default.'],
  ['', 'model_name', '`LlamaForCausalLM`, 114,240 parameters, 500 tokens in the vocabulary.'],
  ['', 'train_file', '100 rows (question), 0 unreadable, 0 duplicates.'],
  ['', 'train_file', 'Asked of the base model: 30 rows known, 60 new (60.0 %).'],
  ['eval_file: more.jsonl\n', 'eval_file', '1,234 rows (question), 0 unreadable'],
  ['engine: auto\n', 'engine', 'A run would take `tfjs`.'],
  [
    'learning_rate: 1.0e-4\n',
    'learning',
    'The rate is `1.0e-4` at its highest; it falls to 0 until step 39.',
  ],
  [
    'learning_rate: 1.0e-4\nwarmup_steps: 10\nlr_scheduler_type: constant_with_warmup\n',
    'learning_rate',
    'it climbs for 10 steps, then stays as it is.',
  ],
  ['num_train_epochs: 2\n', 'num_train', '2 epochs of 13 steps: 26 steps.'],
  ['max_steps: 20\n', 'max_steps', '1.54 epochs of 13 steps: 20 steps.'],
  ['num_train_epochs: 2\nself_distill: {}\n', 'num_train', '26 steps, after 20 for the teacher.'],
  [
    'per_device_train_batch_size: 4\ngradient_accumulation_steps: 2\n',
    'gradient',
    'Effective batch: 4 × 2 = 8 rows a step, 13 steps an epoch.',
  ],
  ['launch:\n  nproc_per_node: 4\n  nnodes: 2\n', 'nnodes', 'Effective batch: 8 × 1 × 8 = 64 rows a step'],
  ['max_length: 512\n', 'max_length', 'The longest row has 20 tokens: no row is cut.'],
  ['max_length: 16\n', 'max_length', 'The longest row has 20 tokens: 100 rows are cut.'],
  ['completion_only_loss: true\n', 'completion', 'the loss counts 6.0 of 20.0 tokens of a row.'],
  ['eval_steps: 0.1\n', 'eval_steps', 'Every 4 steps: 11 evaluations in the whole run.'],
  [
    'save_total_limit: 2\n',
    'save_total',
    'At the best evaluations; at most 3 checkpoints on the disk at one time.',
  ],
  ['freeze:\n  groups: [ffn]\n', 'freeze', '65,088 of 114,240 parameters (57.0 %) are trained.'],
  [
    'freeze:\n  groups: [ffn, layers 0-0]\n',
    'ffn',
    '`ffn`: all feed-forward projections: gate, up and down; 49,152 of 114,240 parameters (43.0 %).',
  ],
  [
    'freeze:\n  groups: ["layers 1-1"]\n',
    'layers',
    '`layers 1-1`: all parameters of these layers, counted from 0;',
  ],
])('%j says of %s: %s', (added, words, said) => {
  expect(hover(added, words)?.markdown).toContain(said);
});

describe('self-distillation', () => {
  const markdown = (settings: string): string =>
    hover(`self_distill: ${settings}\n`, 'self_distill')?.markdown ?? '';

  test('has the loss of the design, and the same with the numbers at hand', () => {
    expect(markdown('{}')).toContain('loss = sum(ce) / N_ce + kd_weight * T^2 * sum(kl) / N_kd');
    expect(markdown('{kd_weight: 2, temperature: 1.5}')).toContain(
      'The loss is CE + 2 × 1.5² × KL = CE + 4.5 × KL, each a mean over its own tokens.',
    );
    expect(markdown('{kd_weight: 0}')).toContain('The loss is CE alone');
  });

  test.each([
    // 1 x 0.5 x 6 / 19: all tokens but the first.
    ['{}', '= 0.158, below 1: new facts can win.'],
    ['{positions: completion}', '= 0.5, below 1: new facts can win.'],
    ['{positions: completion, temperature: 2}', '= 2, not below 1: new facts cannot win.'],
  ])('%s: whether a new fact can win in this data', (settings, said) => {
    expect(markdown(settings)).toContain(said);
  });
});

test('costs are told where the device is known', () => {
  const world: ExampleWorld = { ...KNOWN, device: {}, disk: { free_bytes: 5e9 } };
  expect(hover('', 'model_name', world)?.markdown).toMatch(
    /Memory: about [\d.]+ [MG]B of 16 GB on this machine \(.*the program itself .*\)\./,
  );
  expect(hover('max_steps: 20\n', 'max_steps', world)?.markdown).toMatch(/Time: about .+ \(.+ to .+; .+\)\./);
  expect(hover('save_total_limit: 2\n', 'save_total', world)?.markdown).toMatch(
    /A checkpoint takes about [\d.]+ [kM]B; 5 GB are free\./,
  );
  expect(hover('self_distill: {}\n', 'self_distill', world)?.markdown).toMatch(
    /A step takes at least 1\.\d\d times the operations of plain fine-tuning/,
  );
});

test('without facts there are no numbers', () => {
  for (const key of ['model_name_or_path', 'train_file'])
    expect(hover('', key, {})?.markdown).not.toMatch(/rows \(|parameters/);
  expect(hover('self_distill: {}\n', 'self_distill', {})?.markdown).not.toContain('In this data');
});

test.each([
  ['range of a key', 'seed: 7\n', 'seed', 'seed'],
  ['range of a value', 'engine: torch\n', 'torch', 'torch'],
  ['range of an item', 'report_to: [wandb]\n', 'wandb', 'wandb'],
])('%s', (_, added, words, expected) => {
  const { range } = hover(added, words) ?? { range: { offset: 0, length: 0 } };
  expect((LEAST + added).slice(range.offset, range.offset + range.length)).toBe(expected);
});

test.each(['# a comment', '{', 'new_thing'])('nothing is said of %j', (words) => {
  expect(hover(`self_distill: {}  # a comment\n# new_thing: 1\n`, words)).toBeUndefined();
});

test('a problem is explained, with the way to its page', () => {
  const found = hover('warmup_steps: 20\nmax_steps: 20\n', 'warmup_steps')?.markdown;
  expect(found).toContain('`config.warmup-too-long`: The learning rate would only ever climb');
  expect(found).toContain('[More](<https://docs.example/diagnostics#config.warmup-too-long>)');
  expect(hover('sed: 1\n', 'sed')?.markdown).toContain('`config.unknown-key`: ');
});

test('texts of others are no markup', () => {
  const evil = '`](command:x) **b** <img src=x>';
  const world: ExampleWorld = {
    ...KNOWN,
    data: { 'rows.jsonl': { majority: { answer: evil, share: 0.5 } } },
    model: { config: { architectures: [evil] } },
  };
  for (const key of ['train_file', 'model_name']) {
    const outside = (hover('', key, world)?.markdown ?? '').split('`').filter((_, index) => index % 2 === 0);
    expect(outside.join(' ')).not.toMatch(/command:|<img/);
  }
});

test('every setting has a hover', () => {
  for (const { path, pattern } of allSettings()) {
    const text = linesTo(path);
    const markdown = hoverAt({
      text,
      offset: text.length - 2,
      surroundings: surroundingsOf(),
      problems: [],
    })?.markdown;
    expect(markdown, pattern).toMatch(/^\*\*`.+`\*\*: /);
  }
});

/** A config that ends with the key at `path`. */
function linesTo(path: readonly (string | number)[]): string {
  const inner = path.map((step) => (typeof step === 'number' ? '[' : `{${step}: `)).join('');
  return inner.slice(1).trimEnd();
}
