import { valueRange } from '../parse.ts';
import type { FreezePattern } from '../freezePatterns.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Small models share one matrix between embeddings and head; who freezes the one freezes the other. */
export const tiedHead = defineRule({
  code: 'freeze.tied-head',
  level: 'hint',
  side: 'meaning',
  what: '`freeze` names the embeddings of a model whose head is the same tensor.',
  why: 'The head stands still, or moves, with them, which `embeddings` alone does not say.',
  cure: 'Nothing, if that is meant; else leave `embeddings` out.',
  source: 'LLaMA-Factory #5032',
  find: (input) => (isTied(input) ? input.about.freezePatterns().filter(isEmbeddings) : []),
  tell: ({ key, path }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `\`embeddings\` is the head as well, because the two are one tensor in this model: leave it out if the head shall ${key === 'groups' ? 'be trained' : 'stand still'}.`,
  }),
});

function isEmbeddings({ pattern }: FreezePattern): boolean {
  return pattern === 'embeddings';
}

function isTied({ about }: RuleInput): boolean {
  return about.shape()?.tied === true;
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [attention]}\n', world: { model: {} } },
    { text: 'freeze: {groups: [embeddings]}\n' },
  ],
  bad: [
    {
      text: 'freeze: {groups: [embeddings]}\n',
      world: { model: {} },
      says: [
        '`embeddings` is the head as well, because the two are one tensor in this model: leave it out if the head shall be trained.',
      ],
    },
    {
      text: 'freeze:\n  trainable_groups:\n    - attention\n    - embeddings\n',
      world: { model: {} },
      says: [
        '`embeddings` is the head as well, because the two are one tensor in this model: leave it out if the head shall stand still.',
      ],
    },
  ],
};
