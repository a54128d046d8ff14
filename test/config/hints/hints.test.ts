import { describe, expect, test } from 'vitest';
import { aboutBytes, aboutTime } from '../../../src/config/approximately.ts';
import { ruleInput } from '../../../src/config/check.ts';
import { HINTS, hintsOf, type Hint, type HintInput, type HintKind } from '../../../src/config/hints/index.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import type { ExampleWorld } from '../../../src/config/rules/examples.ts';
import { LEAST } from '../configs.ts';
import { surroundingsOf } from '../rules/world.ts';

function inputOf(text: string, world?: ExampleWorld, isPending?: HintInput['isPending']): HintInput {
  const input = ruleInput(parseConfigText(text), surroundingsOf(world));
  return isPending === undefined ? input : { ...input, isPending };
}

/** The text with every hint where it stands: `10  «3 epochs»`. */
function annotated(text: string, hints: readonly Hint[]): string {
  return [...hints]
    .reverse()
    .reduce((done, hint) => `${done.slice(0, hint.offset)}«${hint.text}»${done.slice(hint.offset)}`, text);
}

function shown(kind: HintKind, text: string, world?: ExampleWorld): string {
  return annotated(text, hintsOf(inputOf(text, world), new Set([kind])));
}

const ROWS: ExampleWorld = { data: { 'rows.jsonl': {} }, tokens: { 'rows.jsonl': {} } };
const MODEL: ExampleWorld = { model: {} };

/** What is added to the least config, and what is shown in it. */
type Case = readonly [added: string, world: ExampleWorld | undefined, expected: string];

const CASES: Readonly<Partial<Record<HintKind, readonly Case[]>>> = {
  data: [
    ['', undefined, 'train_file: rows.jsonl\n'],
    ['', ROWS, 'train_file: rows.jsonl«100 rows»\n'],
    ['', { data: { 'rows.jsonl': { rows: 1 } } }, 'train_file: rows.jsonl«1 row»\n'],
    [
      'eval_file: more.jsonl  # held out\n',
      {
        data: {
          'rows.jsonl': { rows: 1_200, unreadable: 3, duplicates: 12 },
          'more.jsonl': { rows: 50 },
        },
      },
      'train_file: rows.jsonl«1,200 rows, 3 unreadable, 12 twice»\neval_file: more.jsonl«50 rows»  # held out\n',
    ],
    ['', { data: { 'rows.jsonl': { problem: 'It is too large.' } } }, 'train_file: rows.jsonl\n'],
    [
      'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      { data: { 'more.jsonl': { rows: 40 } } },
      'train_file: rows.jsonl\nprobes: {sets: [{name: own, file: more.jsonl«40 rows»}]}\n',
    ],
  ],
  tokens: [
    ['', { data: { 'rows.jsonl': {} } }, 'train_file: rows.jsonl\n'],
    ['', ROWS, 'train_file: rows.jsonl«20 tokens, 6 counted»\n'],
    [
      'max_length: 64\n',
      ROWS,
      'train_file: rows.jsonl«20 tokens, 6 counted»\nmax_length: 64«longest row 20»\n',
    ],
    [
      'max_length: 16  # short\n',
      {
        tokens: { 'rows.jsonl': { rows: 1_000, lengths: [12, 18], counted: [5, 6], first_counted: [7, 12] } },
      },
      'train_file: rows.jsonl«15 tokens, 5.5 counted»\nmax_length: 16«about 500 rows cut, longest 18»  # short\n',
    ],
  ],
  steps: [
    ['', ROWS, 'train_file: rows.jsonl«39 steps, 13 an epoch»\n'],
    [
      'num_train_epochs: 10\n',
      ROWS,
      'train_file: rows.jsonl\nnum_train_epochs: 10«130 steps, 13 an epoch»\n',
    ],
    ['max_steps: 20\n', ROWS, 'train_file: rows.jsonl\nmax_steps: 20«20 steps, 1.5 epochs»\n'],
    ['num_train_epochs: 10\n', undefined, 'train_file: rows.jsonl\nnum_train_epochs: 10\n'],
    [
      'warmup_steps: 0.1\neval_steps: 0.05\nsave_strategy: steps\nsave_steps: 10\n',
      ROWS,
      'train_file: rows.jsonl«39 steps, 13 an epoch»\nwarmup_steps: 0.1«4 steps»\neval_steps: 0.05«every 2 steps, 21 evaluations»\nsave_strategy: steps\nsave_steps: 10«every 10 steps»\n',
    ],
    [
      'self_distill: {}\n',
      ROWS,
      'train_file: rows.jsonl«39 steps, 13 an epoch after 20 or more of warm-up»\nself_distill: {}\n',
    ],
    [
      'self_distill: {snapshot_epochs: 5}\n',
      { ...ROWS, ...MODEL, knowledge: { known: 80, new: 20 } },
      'train_file: rows.jsonl«39 steps, 13 an epoch after 50 of warm-up»\nself_distill: {snapshot_epochs: 5}\n',
    ],
  ],
  batch: [
    ['per_device_train_batch_size: 16\n', undefined, 'per_device_train_batch_size: 16«16 rows a step»\n'],
    [
      'per_device_train_batch_size: 4\ngradient_accumulation_steps: 8\n',
      ROWS,
      'per_device_train_batch_size: 4\ngradient_accumulation_steps: 8«32 rows a step, about 640 tokens»\n',
    ],
    [
      'launch:\n  nproc_per_node: 2\n  nnodes: 2\n  master_addr: node0\n',
      undefined,
      'launch:\n  nproc_per_node: 2«32 rows a step»\n  nnodes: 2\n  master_addr: node0\n',
    ],
    ['seed: 1\n', ROWS, 'seed: 1\n'],
  ],
  defaults: [
    [
      'learning_rate: 1.0e-4\n',
      undefined,
      'train_file: rows.jsonl\nlearning_rate: 1.0e-4«linear to 0, no warm-up»\n',
    ],
    [
      'learning_rate: 1.0e-4\nwarmup_steps: 5\n',
      undefined,
      'train_file: rows.jsonl\nlearning_rate: 1.0e-4«linear to 0»\nwarmup_steps: 5\n',
    ],
    [
      'learning_rate: 1.0e-4\nlr_scheduler_type: constant\n',
      undefined,
      'train_file: rows.jsonl\nlearning_rate: 1.0e-4\nlr_scheduler_type: constant\n',
    ],
    ['', ROWS, 'train_file: rows.jsonl«loss on completions and end tokens»\n'],
    ['completion_only_loss: true\n', ROWS, 'train_file: rows.jsonl\ncompletion_only_loss: true\n'],
    [
      'self_distill: {}\n',
      undefined,
      'train_file: rows.jsonl\nself_distill: {}«weight 1, temperature 0.5, all positions, teacher snapshot»\n',
    ],
    [
      'self_distill:  # gently\n  kd_weight: 2\n  teacher: base\n',
      undefined,
      'train_file: rows.jsonl\nself_distill:«temperature 0.5, all positions»  # gently\n  kd_weight: 2\n  teacher: base\n',
    ],
    ['engine: auto  # any\n', MODEL, 'train_file: rows.jsonl\nengine: auto«tfjs here»  # any\n'],
    ['engine: auto\n', undefined, 'train_file: rows.jsonl\nengine: auto\n'],
    ['engine: auto\nlora: {}\n', undefined, 'train_file: rows.jsonl\nengine: auto«torch here»\nlora: {}\n'],
  ],
  parameters: [
    ['seed: 1\n', undefined, 'model_name_or_path: model\ntrain_file: rows.jsonl\nseed: 1\n'],
    ['seed: 1\n', MODEL, 'model_name_or_path: model«114,240 parameters»\ntrain_file: rows.jsonl\nseed: 1\n'],
    [
      'freeze:\n  groups: [ffn, norms]  # still\n',
      MODEL,
      'model_name_or_path: model«114,240 parameters»\ntrain_file: rows.jsonl\nfreeze:«64,768 (56.7 %) trained»\n  groups: [ffn«49,152 (43.0 %)», norms«320 (0.3 %)»]  # still\n',
    ],
    [
      'freeze:\n  trainable_groups:\n    - attention\n    - nothing_like_it\n',
      MODEL,
      'model_name_or_path: model«114,240 parameters»\ntrain_file: rows.jsonl\nfreeze:\n  trainable_groups:\n    - attention«32,768 (28.7 %)»\n    - nothing_like_it\n',
    ],
    [
      'lora: {r: 8}\n',
      MODEL,
      'model_name_or_path: model«114,240 parameters»\ntrain_file: rows.jsonl\nlora: {r: 8}«17,408 (15.2 %) trained»\n',
    ],
  ],
  knowledge: [
    ['', MODEL, 'train_file: rows.jsonl\n'],
    ['', { ...MODEL, knowledge: { known: 60, maybe: 2, new: 38 } }, 'train_file: rows.jsonl«38 % new»\n'],
    ['', { ...MODEL, knowledge: { probed: false } }, 'train_file: rows.jsonl\n'],
  ],
};

describe.each(Object.entries(CASES))('%s', (kind, cases) => {
  test.each(cases)('%j', (added, world, expected) => {
    const lines = shown(kind as HintKind, LEAST + added, world);
    expect(lines.slice(lines.indexOf(expected.slice(0, 10)))).toBe(expected);
  });
});

describe('what a run costs', () => {
  const KNOWN: ExampleWorld = { ...ROWS, ...MODEL, device: {} };
  const hintIn = (kind: HintKind, text: string, world: ExampleWorld) =>
    hintsOf(inputOf(text, world), new Set([kind]));

  test('memory stands behind the model, its parts in the tooltip', () => {
    const input = inputOf(LEAST, KNOWN);
    const total = input.about.estimate()?.memory.total ?? 0;
    const [hint] = hintsOf(input, new Set<HintKind>(['memory']));
    expect(hint?.text).toBe(`${aboutBytes(total)} of 16 GB`);
    expect(hint?.offset).toBe(LEAST.indexOf('\ntrain_file'));
    expect(hint?.tooltip).toMatch(/^Memory at its peak, on this machine: .*\.$/);
    for (const part of ['weights', 'activations', 'optimizer state'])
      expect(hint?.tooltip).toContain(`${part} `);
  });

  test('nobody has measured a GPU', () => {
    const gpus = [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 40e9 } as const];
    const [hint] = hintIn('memory', `${LEAST}engine: torch\n`, { ...KNOWN, device: { gpus } });
    expect(hint?.text).toMatch(/ of 40 GB$/);
    expect(hint?.tooltip).toContain('nobody has measured it on such a device');
  });

  test.each([
    ['num_train_epochs: 2\n', undefined, 'num_train_epochs: 2', /^From operations counted/],
    ['max_steps: 5\n', { seconds_per_step: 2 }, 'max_steps: 5', /^From the last run like this one/],
    ['', { seconds_per_step: undefined }, 'train_file: rows.jsonl', /^From operations counted/],
  ])('time of %j with the speed %j', (added, speed, behind, source) => {
    const input = inputOf(LEAST + added, speed === undefined ? KNOWN : { ...KNOWN, speed });
    const seconds = input.about.estimate()?.time.seconds ?? 0;
    const [hint] = hintsOf(input, new Set<HintKind>(['time']));
    expect(hint?.text).toBe(`about ${aboutTime(seconds)}`);
    expect(hint?.tooltip).toMatch(source);
    expect((LEAST + added).slice(0, hint?.offset)).toMatch(new RegExp(`${behind}$`));
  });

  test('a teacher costs at least what its head does', () => {
    const [hint] = hintIn('time', `${LEAST}self_distill: {}\nmax_steps: 100\n`, KNOWN);
    expect(hint?.text).toMatch(/^work x 1\.\d\d or more, \d.* [kMG]B on disk$/);
    expect(
      hintIn('time', `${LEAST}self_distill: {kd_weight: 0}\n`, KNOWN).map(({ text }) => text),
    ).toHaveLength(1);
  });

  test.each([
    { ...ROWS, device: {} },
    { ...MODEL, device: {} },
    { ...ROWS, ...MODEL },
  ])('with %j only, nothing is said', (world) => {
    expect([...hintIn('memory', LEAST, world), ...hintIn('time', LEAST, world)]).toEqual([]);
  });
});

test('a JSON config has them behind its values', () => {
  const text = '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "max_steps": 20}';
  expect(annotated(text, hintsOf(inputOf(text, ROWS), new Set<HintKind>(['data', 'steps'])))).toBe(
    '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"«100 rows», "max_steps": 20«20 steps, 1.5 epochs»}',
  );
});

test.each([
  ['data', 'counting rows ...'],
  ['tokens', 'counting tokens ...'],
] as const)('%s that are being counted say so', (kind, text) => {
  const world: ExampleWorld = kind === 'tokens' ? { data: { 'rows.jsonl': {} } } : {};
  const [hint] = hintsOf(
    inputOf(LEAST, world, (asked) => asked === kind),
    new Set<HintKind>([kind]),
  );
  expect(hint).toMatchObject({ kind, text, isPending: true });
});

test('a tooltip says where the number comes from', () => {
  const world: ExampleWorld = { ...ROWS, ...MODEL, knowledge: { known: 60, maybe: 2, new: 38 } };
  const tooltips = hintsOf(inputOf(`${LEAST}num_train_epochs: 2\n`, world)).map(
    ({ kind, tooltip }) => `${kind}: ${tooltip}`,
  );
  expect(tooltips).toContain('data: Counted in the whole file (0 MB): 100 questions.');
  expect(tooltips).toContain(
    'steps: Counted as the engines do: 8 rows a step, 13 steps an epoch, 26 optimizer steps in all.',
  );
});

describe('whatever stands in a config', () => {
  const WORLD: ExampleWorld = { ...ROWS, ...MODEL, knowledge: {}, device: {} };
  const texts = [
    '',
    '{}',
    LEAST,
    `${LEAST}freeze:\n`,
    `${LEAST}lora: {}\nself_distill: {}\n`,
    `\uFEFF${LEAST}`,
    LEAST.replaceAll('\n', '\r\n'),
    `${LEAST}num_train_epochs: [\n`,
  ];
  test.each(texts)('hints on %j lie inside of it, and are short', (text) => {
    for (const { offset, text: words, tooltip } of hintsOf(inputOf(text, WORLD))) {
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
      expect(words.length).toBeLessThanOrEqual(60);
      expect(tooltip).toMatch(/\.$/);
    }
  });

  test('every kind says what it shows', () => {
    expect(new Set(HINTS.map(({ what }) => what)).size).toBe(HINTS.length);
  });
});
