import { selfDistillBlock } from '../addCure.ts';
import { isInGroup } from '../../data/groupPatterns.ts';
import { grouped } from '../../base/format.ts';
import { keyRange } from '../parse.ts';
import { newShare, rowsAsked } from '../knowledgeCounts.ts';
import type { KnowledgeFacts } from '../facts.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Facts live in the feed-forward parts: attention alone learns the task and few of them. */
export const attentionLearnsSlowly = defineRule({
  code: 'freeze.attention-learns-slowly',
  level: 'hint',
  side: 'meaning',
  what: 'Only attention is trained, on data of which at least a fifth is new to the model.',
  why: 'Attention alone learned 1 % of new facts in the paper; in a model of 1 M parameters 55 % after 10 epochs, and by the time it had learned nearly all it had forgotten more than a plain fine-tune.',
  cure: 'Right where the new facts are not needed; else self-distil all parameters.',
  source: 'arXiv 2604.15574, Table 1',
  find: (input) => {
    const counts = input.about.knowledge();
    return counts !== undefined && newShare(counts) >= LEAST_SHARE && isAttentionOnly(input) ? [counts] : [];
  },
  tell: (counts, input) => ({
    path: ['freeze'],
    range: keyRange(input.parsed, ['freeze']),
    message: messageOf(counts, input),
  }),
});

/** Below it, most rows are there to teach the task. */
const LEAST_SHARE = 0.2;

function isAttentionOnly({ about }: RuleInput): boolean {
  const trainable = about.trainable();
  return (
    about.freezePatterns().length > 0 &&
    trainable !== undefined &&
    'trainable' in trainable &&
    trainable.trainable.every((name) => isInGroup('attention', name))
  );
}

function messageOf(counts: KnowledgeFacts, input: RuleInput): string {
  return `\`freeze\` leaves attention alone to learn, which learns few new facts (1 % in arXiv 2604.15574), and ${grouped(counts.new)} of the ${grouped(rowsAsked(counts))} rows are new to the model: write \`self_distill: ${selfDistillBlock(input)}\` in its place if they shall be learned.`;
}

const HALF = { knowledge: { known: 500, maybe: 0, new: 1_500 } };

export const examples: Examples = {
  good: [
    { text: 'freeze: {trainable_groups: [attention]}\n', world: { model: {}, knowledge: { new: 5 } } },
    { text: 'freeze: {groups: [norms]}\n', world: { model: {}, ...HALF } },
    { text: 'freeze: {trainable_groups: [attention]}\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'freeze: {trainable_groups: [attention]}\n',
      world: { model: {}, ...HALF },
      says: [
        '`freeze` leaves attention alone to learn, which learns few new facts (1 % in arXiv 2604.15574), and 1,500 of the 2,000 rows are new to the model: write `self_distill: {}` in its place if they shall be learned.',
      ],
    },
    {
      text: 'freeze:\n  groups: [ffn, norms, embeddings]\n',
      world: { model: {}, ...HALF },
      says: [
        '`freeze` leaves attention alone to learn, which learns few new facts (1 % in arXiv 2604.15574), and 1,500 of the 2,000 rows are new to the model: write `self_distill: {}` in its place if they shall be learned.',
      ],
      alsoSays: ['freeze.tied-head'],
    },
  ],
};
