import type { About } from '../about.ts';
import { tokensOf } from '../dataFiles.ts';
import { longestOf, type LongRow } from '../cutFile.ts';
import { longText, maxLengthPlace, setMaxLength } from '../maxLength.ts';
import { positionsOf, type Positions } from '../positions.ts';
import { ofAllRows, shareOfRows, together, type RowShare } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Rows that are longer, after `max_length`, than the model has positions. */
export interface TooLong {
  readonly positions: Positions;
  readonly share: RowShare;
  readonly longest: LongRow;
}

/** Rotary positions can be computed as far as one likes; what a model makes of those it never saw is another matter. */
export const beyondPositions = defineRule({
  code: 'tokens.beyond-positions',
  level: 'warning',
  side: 'meaning',
  what: 'Rows are longer than the positions the model was trained on, and `max_length` lets them.',
  why: 'Beyond them attention has not been learned: the model gets worse there, and training on it changes what it knew.',
  cure: 'Lower `max_length` to that number, shorten the rows, or choose a model with more positions.',
  find: ({ about }) => tooLong(about).filter(({ positions }) => !positions.isTable),
  tell: ({ positions: { count }, share, longest }, { parsed }) => ({
    ...maxLengthPlace(parsed, longest.file.at),
    message: `${shareOfRows(share)} longer than the ${count.toLocaleString('en-US')} positions the model was trained on, the longest with ${longText(longest)}: write \`max_length: ${count}\`, or shorten them.`,
    fixes: [setMaxLength(parsed, count, false)],
  }),
});

/** At most one: `max_length` cuts all files. */
export function tooLong(about: About): TooLong[] {
  const [config, model] = [about.config(), about.model()];
  const positions = model && positionsOf(model);
  if (config === undefined || positions === undefined || config.max_length <= positions.count) return [];
  const cut = about.cutFiles();
  const longest = longestOf(cut);
  if (longest === undefined || longest.length <= positions.count) return [];
  const shares = cut.flatMap(({ file }) => {
    const tokens = tokensOf(file);
    if (tokens === undefined) return [];
    return [ofAllRows(tokens.lengths.filter((length) => length > positions.count).length, tokens)];
  });
  return [{ positions, share: together(shares), longest }];
}

/** A hundred rows, one of them of `longest` tokens, in line 100. */
const rows = (longest: number) => ({ lengths: [...Array.from({ length: 99 }, () => 20), longest] });
const YARN = {
  config: {
    model_type: 'qwen2',
    max_position_embeddings: 512,
    rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 512 },
  },
};

export const examples: Examples = {
  good: [
    { text: '', world: { tokens: { 'rows.jsonl': rows(512) }, model: {} } },
    // Cut before that.
    { text: 'max_length: 512\n', world: { tokens: { 'rows.jsonl': rows(900) }, model: {} } },
    { text: '', world: { tokens: { 'rows.jsonl': rows(900) }, model: { config: {} } } },
    { text: '', world: { tokens: { 'rows.jsonl': rows(900) }, model: YARN } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { tokens: { 'rows.jsonl': rows(900) }, model: {} },
      says: [
        '1 of 100 rows is longer than the 512 positions the model was trained on, the longest with 900 tokens (line 100 of `rows.jsonl`): write `max_length: 512`, or shorten them.',
      ],
      fixed: 'seed: 1\nmax_length: 512\n',
    },
    {
      text: 'max_length: 600  # enough\n',
      world: { tokens: { 'rows.jsonl': rows(900) }, model: {} },
      says: [
        '1 of 100 rows is longer than the 512 positions the model was trained on, the longest with 900 tokens (line 100 of `rows.jsonl`): write `max_length: 512`, or shorten them.',
      ],
      alsoSays: ['tokens.truncated-rows'],
      fixed: 'max_length: 512  # enough\n',
    },
  ],
};
