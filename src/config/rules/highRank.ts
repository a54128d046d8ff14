import { setSetting } from '../edits.ts';
import { isReached, type LinearModule } from '../loraModules.ts';
import { keyRange, valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A matrix has no more ranks than rows or columns. */
export const highRank = defineRule({
  code: 'lora.high-rank',
  level: 'warning',
  side: 'meaning',
  what: 'The rank of the adapters, `lora.r`, is at or above the full rank of a matrix that they adapt.',
  why: 'Two matrices of that rank are larger than the one they stand beside: training that one costs less and can do more.',
  cure: 'Write a quarter of the smallest side, or less; or train without `lora`.',
  source: 'Hu et al. 2021, section 4.1',
  find: (input) => {
    const smallest = smallestMatrix(input);
    const rank = input.about.config()?.lora?.r ?? 0;
    return smallest !== undefined && rank >= sideOf(smallest) ? [{ smallest, rank }] : [];
  },
  tell: ({ smallest, rank }, { parsed }) => {
    const path = ['lora', 'r'];
    const low = Math.max(1, Math.floor(sideOf(smallest) / 4));
    const isWritten = valueAt(parsed.value, path) !== undefined;
    return {
      path,
      range: isWritten ? valueRange(parsed, path) : keyRange(parsed, ['lora']),
      message: `\`lora.r\` is \`${rank}\`, and ${quote(lastName(smallest.name))} is a matrix of ${smallest.shape.join(' x ')}, so that its adapter would be larger than itself: write at most \`${low}\`, or train without \`lora\`.`,
      fixes: [{ title: `Write r: ${low}`, edits: [setSetting(parsed, path, String(low))], isCertain: false }],
    };
  },
});

function smallestMatrix({ about }: RuleInput): LinearModule | undefined {
  const lora = about.config()?.lora;
  if (lora === undefined) return undefined;
  const targets = about.loraTargets().filter(({ reaches }) => reaches === 'linear');
  const adapted = (about.loraModules()?.linear ?? []).filter(
    ({ name }) => lora.target_modules === undefined || targets.some(({ target }) => isReached(name, target)),
  );
  return adapted.reduce<LinearModule | undefined>(
    (least, module) => (least === undefined || sideOf(module) < sideOf(least) ? module : least),
    undefined,
  );
}

function sideOf({ shape }: LinearModule): number {
  return Math.min(...shape);
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 2.0e-4\nlora: {r: 63}\n', world: { model: {} } },
    { text: 'learning_rate: 2.0e-4\nlora: {r: 64}\n' },
    { text: 'learning_rate: 2.0e-4\nlora: {r: 64, target_modules: [query]}\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  r: 64  # as for a large model\n  lora_alpha: 128\n',
      world: { model: {} },
      says: [
        '`lora.r` is `64`, and `q_proj` is a matrix of 64 x 64, so that its adapter would be larger than itself: write at most `16`, or train without `lora`.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  r: 16  # as for a large model\n  lora_alpha: 128\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {}\n',
      world: {
        model: {
          config: { model_type: 'gpt2' },
          tensors: [{ name: 'h.0.attn.c_proj.weight', shape: [8, 64], dtype: 'F32' }],
        },
      },
      says: [
        '`lora.r` is `16`, and `c_proj` is a matrix of 8 x 64, so that its adapter would be larger than itself: write at most `2`, or train without `lora`.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora: {r: 2}\n',
    },
  ],
};
