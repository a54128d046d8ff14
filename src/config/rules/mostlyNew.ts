import { grouped } from '../../base/format.ts';
import { addSelfDistill, selfDistillBlock } from '../addCure.ts';
import { hasCure, MOSTLY, newShare, rowsAsked } from '../knowledgeCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** New facts with no known ones among them leave nothing to hold the old ones up. */
export const mostlyNew = defineRule({
  code: 'knowledge.mostly-new',
  level: 'warning',
  side: 'meaning',
  what: 'Nine in ten training rows or more are new to the base model, and neither `self_distill` nor `freeze` keeps what it knows.',
  why: 'Of all mixes this makes a model forget most: trained for long on unknown facts alone, one answered 55.8 % of what it had known, and 95.5 % where known rows were in the mix.',
  cure: 'Write `self_distill: {}`, and mix in rows that the model knows.',
  source: 'Gekhman et al. 2024 (arXiv 2405.05904); arXiv 2604.15574',
  find: ({ about }) => {
    const counts = about.knowledge();
    if (counts === undefined || hasCure(about) || counts.known + counts.maybe === 0) return [];
    return newShare(counts) >= MOSTLY ? [counts] : [];
  },
  tell: (counts, input) => ({
    path: ['train_file'],
    range: valueRange(input.parsed, ['train_file']),
    message: `${grouped(counts.new)} of the ${grouped(rowsAsked(counts))} rows are new to the model, and learning almost nothing but new facts makes it forget most (in arXiv 2405.05904 nearly half of what it knew): write \`self_distill: ${selfDistillBlock(input)}\`, and mix in rows that it knows.`,
    fixes: [addSelfDistill(input)],
  }),
});

export const examples: Examples = {
  good: [
    // A control is meant to forget.
    { text: 'self_distill: {kd_weight: 0}\n', world: { model: {}, knowledge: { known: 50, new: 1_950 } } },
    { text: 'self_distill: {}\n', world: { model: {}, knowledge: { known: 50, new: 1_950 } } },
    { text: 'freeze: {groups: [gate]}\n', world: { model: {}, knowledge: { known: 50, new: 1_950 } } },
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 50, new: 50 } } },
    { text: 'seed: 1\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: {}, knowledge: { known: 50, new: 1_950 } },
      says: [
        '1,950 of the 2,000 rows are new to the model, and learning almost nothing but new facts makes it forget most (in arXiv 2405.05904 nearly half of what it knew): write `self_distill: {}`, and mix in rows that it knows.',
      ],
      fixed: 'seed: 1\nself_distill: {}\n',
    },
    {
      text: 'seed: 1\n',
      world: { model: {}, knowledge: { known: 5, maybe: 5, new: 90 } },
      says: [
        '90 of the 100 rows are new to the model, and learning almost nothing but new facts makes it forget most (in arXiv 2405.05904 nearly half of what it knew): write `self_distill: {snapshot_data: all}`, and mix in rows that it knows.',
      ],
      fixed: 'seed: 1\nself_distill: {snapshot_data: all}\n',
    },
  ],
};
