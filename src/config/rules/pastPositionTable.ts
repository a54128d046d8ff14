import { longText, maxLengthPlace, setMaxLength } from '../maxLength.ts';
import { shareOfRows } from '../rowCounts.ts';
import { tooLong } from './beyondPositions.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** GPT-2, OPT and their like look positions up; beyond the table there is nothing to find. */
export const pastPositionTable = defineRule({
  code: 'tokens.past-position-table',
  level: 'error',
  side: 'meaning',
  what: 'Rows are longer than the table of positions of the model, and `max_length` lets them.',
  why: 'The model has a learned vector for each position, and none beyond the last: the first such row ends the run.',
  cure: 'Lower `max_length` to the number of positions, or shorten the rows.',
  find: ({ about }) => tooLong(about).filter(({ positions }) => positions.isTable),
  tell: ({ positions: { count }, share, longest }, { parsed }) => ({
    ...maxLengthPlace(parsed, longest.file.at),
    message: `${shareOfRows(share)} longer than the ${count.toLocaleString('en-US')} positions the model has vectors for, and would end the run, the longest with ${longText(longest)}: write \`max_length: ${count}\`, or shorten them.`,
    fixes: [setMaxLength(parsed, count, true)],
  }),
});

const GPT2 = { config: { architectures: ['GPT2LMHeadModel'], model_type: 'gpt2', n_positions: 128 } };
const LONG = { 'rows.jsonl': { lengths: [...Array.from({ length: 98 }, () => 20), 200, 130] } };

export const examples: Examples = {
  good: [
    { text: 'max_length: 128\n', world: { tokens: LONG, model: GPT2 } },
    { text: '', world: { tokens: { 'rows.jsonl': {} }, model: GPT2 } },
    // Rotary positions have no table.
    { text: '', world: { tokens: LONG, model: {} } },
  ],
  bad: [
    {
      text: 'engine: torch\n',
      world: { tokens: LONG, model: GPT2 },
      says: [
        '2 of 100 rows are longer than the 128 positions the model has vectors for, and would end the run, the longest with 200 tokens (line 99 of `rows.jsonl`): write `max_length: 128`, or shorten them.',
      ],
      fixed: 'engine: torch\nmax_length: 128\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "max_length": 256}\n',
      isWhole: true,
      world: {
        tokens: LONG,
        model: {
          config: { model_type: 'opt_like', max_position_embeddings: 128 },
          tensors: [{ name: 'model.decoder.embed_positions.weight', shape: [130, 64], dtype: 'F16' }],
        },
      },
      says: [
        '2 of 100 rows are longer than the 128 positions the model has vectors for, and would end the run, the longest with 200 tokens (line 99 of `rows.jsonl`): write `max_length: 128`, or shorten them.',
      ],
      fixed: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "max_length": 128}\n',
    },
  ],
};
