import { grouped } from '../../base/format.ts';
import { rowsAsked } from '../knowledgeCounts.ts';
import { tooFewKnown } from '../knownRows.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A model that answers nothing was asked wrongly more often than it knows nothing. */
export const nothingKnown = defineRule({
  code: 'knowledge.nothing-known',
  level: 'warning',
  side: 'meaning',
  what: 'The base model answers none of the training rows under the prompts of the probe.',
  why: 'Either every fact is new to it, or it was asked in a wording that it does not understand; then knowledge, forgetting and all advice on them are measured wrongly.',
  cure: 'Write `probes.prompts` in a wording that the model was trained on, and probe again.',
  find: ({ about }) => {
    const counts = about.knowledge();
    // A teacher that needs known rows is refused for it.
    if (counts === undefined || tooFewKnown(about) !== undefined) return [];
    return counts.known + counts.maybe === 0 && counts.new > 0 ? [rowsAsked(counts)] : [];
  },
  tell: (rows, { parsed }) => ({
    path: ['train_file'],
    range: valueRange(parsed, ['train_file']),
    message: `The model answers none of the ${grouped(rows)} rows as it is asked: write \`probes.prompts\` in a wording that it was trained on, or take it that every fact is new and write \`self_distill: {snapshot_data: all}\`.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 0, maybe: 1, new: 99 } } },
    { text: 'seed: 1\n', world: { model: {}, knowledge: { known: 0, new: 0 } } },
    { text: 'self_distill: {}\n', world: { model: {}, knowledge: { known: 0 } } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: {}, knowledge: { known: 0, new: 2_000 } },
      says: [
        'The model answers none of the 2,000 rows as it is asked: write `probes.prompts` in a wording that it was trained on, or take it that every fact is new and write `self_distill: {snapshot_data: all}`.',
      ],
    },
  ],
};
