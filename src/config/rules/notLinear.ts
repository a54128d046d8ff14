import { replaceValue } from '../edits.ts';
import { linearNames, type LoraModules } from '../loraModules.ts';
import { valueRange } from '../parse.ts';
import { alternatives, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** An adapter is a pair of matrices beside a matrix; a block of modules, or a norm, has none. */
export const notLinear = defineRule({
  code: 'lora.not-linear',
  level: 'error',
  side: 'meaning',
  what: 'An item of `lora.target_modules` is a block of modules or a norm, not a linear module.',
  why: 'Adapters stand beside linear modules only, so the torch engine refuses to start.',
  cure: 'Name the linear modules inside of it, such as `q_proj` for `self_attn`.',
  find: ({ about }) => about.loraTargets().filter(({ reaches }) => reaches === 'other'),
  tell: ({ target, path }, input) => {
    const { parsed, about } = input;
    const modules = about.loraModules();
    const inside = modules === undefined ? [] : namesInside(modules, target);
    const [first] = inside;
    return {
      path,
      range: valueRange(parsed, path),
      message:
        first === undefined
          ? `${quote(target)} has no matrix that an adapter could stand beside: delete it.`
          : `${quote(target)} is a block of modules, and adapters stand beside linear ones only: write ${alternatives(inside.map(quote))}, or some of them.`,
      fixes:
        first === undefined
          ? []
          : [
              {
                title: `Change to ${inside.join(', ')}`,
                edits: [replaceValue(parsed, LIST, listWith(input, target, inside))],
                isCertain: false,
              },
            ],
    };
  },
});

const LIST = ['lora', 'target_modules'];

/** The list with `inside` in the place of `target`. */
function listWith({ about }: RuleInput, target: string, inside: readonly string[]): string {
  const targets = about.config()?.lora?.target_modules ?? [];
  const items = new Set(targets.flatMap((item) => (item === target ? inside : [item])));
  return `[${[...items].join(', ')}]`;
}

/** Last names of the linear modules that lie in a block of this name. */
function namesInside({ linear, ...rest }: LoraModules, target: string): string[] {
  const own = linear.filter(({ name }) => `.${name}`.includes(`.${target}.`));
  return linearNames({ linear: own, ...rest });
}

export const examples: Examples = {
  good: [
    // Peft adapts tables of positions as well.
    {
      text: 'lora: {target_modules: [wpe]}\n',
      world: {
        model: {
          config: { model_type: 'gpt2' },
          tensors: [
            { name: 'wpe.weight', shape: [64, 64], dtype: 'F32' },
            { name: 'h.0.mlp.c_fc.weight', shape: [64, 256], dtype: 'F32' },
          ],
        },
      },
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, mlp.gate_proj]}\n',
      world: { model: {} },
    },
    { text: 'learning_rate: 2.0e-4\nlora: {target_modules: [self_attn]}\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [self_attn]  # of all layers\n',
      world: { model: {} },
      says: [
        '`self_attn` is a block of modules, and adapters stand beside linear ones only: write `q_proj`, `k_proj`, `v_proj` or `o_proj`, or some of them.',
      ],
      fixed:
        'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_proj, k_proj, v_proj, o_proj]  # of all layers\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "learning_rate": 2e-4, "lora": {"target_modules": ["q_proj", "mlp"]}}\n',
      isWhole: true,
      world: { model: {} },
      says: [
        '`mlp` is a block of modules, and adapters stand beside linear ones only: write `gate_proj`, `up_proj` or `down_proj`, or some of them.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "learning_rate": 2e-4, "lora": {"target_modules": ["q_proj", "gate_proj", "up_proj", "down_proj"]}}\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, input_layernorm]}\n',
      world: { model: {} },
      says: ['`input_layernorm` has no matrix that an adapter could stand beside: delete it.'],
    },
  ],
};
