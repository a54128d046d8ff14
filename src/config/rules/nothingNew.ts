import { grouped } from '../../base/format.ts';
import { addAttentionOnly } from '../addCure.ts';
import { rowsAsked } from '../knowledgeCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Where there is no fact to learn, what learns facts can stand still. */
export const nothingNew = defineRule({
  code: 'knowledge.nothing-new',
  level: 'hint',
  side: 'meaning',
  what: 'The base model knows something of every training row, and all parameters are trained.',
  why: 'There is no new fact to learn, only how to answer; attention learns that by itself, and changes little of what the model knows.',
  cure: 'Train attention only: `freeze: {trainable_groups: [attention]}`.',
  source: 'arXiv 2604.15574, Table 1',
  find: (input) => {
    const counts = input.about.knowledge();
    const hasNothing = counts?.new === 0 && rowsAsked(counts) > 0;
    return hasNothing && trainsAll(input) ? [counts] : [];
  },
  tell: (counts, input) => ({
    path: ['train_file'],
    range: valueRange(input.parsed, ['train_file']),
    message: `None of the ${grouped(rowsAsked(counts))} rows is new to the model, so that it has only the form of the answers to learn: write \`freeze: {trainable_groups: [attention]}\`, which changes little of what it knows.`,
    fixes: [addAttentionOnly(input)],
  }),
});

function trainsAll({ about }: RuleInput): boolean {
  const config = about.config();
  return config?.freeze === undefined && config?.lora === undefined;
}

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 99, new: 1 } } },
    { text: 'freeze: {groups: [ffn]}\n', world: { model: {}, knowledge: { new: 0 } } },
    { text: 'lora: {}\n', world: { model: {}, knowledge: { new: 0 } } },
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 0, new: 0 } } },
    { text: 'seed: 1\n', world: { model: {}, knowledge: { probed: false, known: 9, new: 0 } } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: {}, knowledge: { known: 1_990, maybe: 10, new: 0 } },
      says: [
        'None of the 2,000 rows is new to the model, so that it has only the form of the answers to learn: write `freeze: {trainable_groups: [attention]}`, which changes little of what it knows.',
      ],
      fixed: 'seed: 1\nfreeze: {trainable_groups: [attention]}\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"}\n',
      isWhole: true,
      world: { model: {}, knowledge: { known: 100, new: 0 } },
      says: [
        'None of the 100 rows is new to the model, so that it has only the form of the answers to learn: write `freeze: {trainable_groups: [attention]}`, which changes little of what it knows.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "freeze": {"trainable_groups": ["attention"]}}\n',
    },
  ],
};
