import { grouped } from '../../base/format.ts';
import { addSelfDistill, selfDistillBlock } from '../addCure.ts';
import { hasCure, MOSTLY, newShare, rowsAsked } from '../knowledgeCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What Holdfast is for. */
export const newFactsUnprotected = defineRule({
  code: 'knowledge.new-facts-unprotected',
  level: 'warning',
  side: 'meaning',
  what: 'At least one training row in twenty is new to the base model, and neither `self_distill` nor `freeze` keeps what it knows.',
  why: 'Learning new facts makes a model forget old ones: about 15 % of them in the paper, where half of the rows were new, against 3 % with self-distillation.',
  cure: 'Write `self_distill: {}` if the new facts shall be learned; leave them out, or train attention only, if they need not be.',
  source: 'arXiv 2604.15574',
  find: ({ about }) => {
    const counts = about.knowledge();
    if (counts === undefined || hasCure(about)) return [];
    const share = newShare(counts);
    return share >= LEAST_SHARE && share < MOSTLY ? [counts] : [];
  },
  tell: (counts, input) => ({
    path: ['train_file'],
    range: valueRange(input.parsed, ['train_file']),
    message: `${grouped(counts.new)} of the ${grouped(rowsAsked(counts))} rows are new to the model, and learning new facts makes it forget old ones (15 % in arXiv 2604.15574, 3 % with self-distillation): write \`self_distill: ${selfDistillBlock(input)}\`.`,
    fixes: [addSelfDistill(input)],
  }),
});

/** Fewer are within what a wording may have cost. */
const LEAST_SHARE = 0.05;

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 97, new: 3 } } },
    { text: 'self_distill: {}\n', world: { model: {}, knowledge: {} } },
    { text: 'freeze: {trainable_groups: [attention]}\n', world: { model: {}, knowledge: {} } },
    { text: 'seed: 1\n' },
  ],
  bad: [
    {
      text: 'seed: 1  # first try\n',
      world: { model: {}, knowledge: { known: 1_000, new: 1_000 } },
      says: [
        '1,000 of the 2,000 rows are new to the model, and learning new facts makes it forget old ones (15 % in arXiv 2604.15574, 3 % with self-distillation): write `self_distill: {}`.',
      ],
      fixed: 'seed: 1  # first try\nself_distill: {}\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"}\n',
      isWhole: true,
      world: { model: {}, knowledge: { known: 20, maybe: 60, new: 20 } },
      says: [
        '20 of the 100 rows are new to the model, and learning new facts makes it forget old ones (15 % in arXiv 2604.15574, 3 % with self-distillation): write `self_distill: {snapshot_data: all}`.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "self_distill": {"snapshot_data": "all"}}\n',
    },
  ],
};
