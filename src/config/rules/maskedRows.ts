import type { CutFile } from '../cutFile.ts';
import { fileName, placeIn } from '../dataFiles.ts';
import { lengthening, longText, maxLengthPlace, maxLengthText, type Lengthening } from '../maxLength.ts';
import { shareOfRows, together, type RowShare } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { isAllMasked } from './allMasked.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface Case {
  readonly cut: readonly CutFile[];
  readonly first: CutFile;
  readonly maxLength: number;
  readonly more: Lengthening;
}

/** A row whose prompt fills `max_length` has no answer left. */
export const maskedRows = defineRule({
  code: 'tokens.masked-rows',
  level: 'warning',
  side: 'meaning',
  what: 'Of some rows `max_length` cuts off everything that the loss counts.',
  why: 'A run leaves such rows out; other trainers keep them, and a batch of them has a loss of 0 or NaN.',
  cure: 'Raise `max_length`, or shorten the prompts.',
  source: 'TRL #6668, #6025, #3927.',
  find: casesOf,
  tell: ({ cut, first, maxLength, more }, { parsed }) => ({
    ...maxLengthPlace(parsed, first.file.at),
    message: `${shareOfRows(maskedIn(cut))} left out, because ${maxLengthText(parsed, maxLength)} cuts off all that the loss counts, as in ${placeIn(first.file, first.firstMasked ?? 1)} of ${fileName(first.file)}; the longest has ${longText(more.longest)}: ${more.cure}.`,
    fixes: more.fixes,
  }),
});

/** At most one. */
function casesOf({ parsed, about }: RuleInput): Case[] {
  const cut = about.cutFiles();
  const maxLength = about.config()?.max_length;
  const first = cut.find(({ masked }) => masked.rows > 0);
  if (maxLength === undefined || first === undefined || cut.some(isAllMasked)) return [];
  const more = lengthening(parsed, about, cut, 'shorten the prompts');
  return more === undefined ? [] : [{ cut, first, maxLength, more }];
}

function maskedIn(cut: readonly CutFile[]): RowShare {
  return together(cut.map(({ masked }) => masked));
}

/** A hundred rows, the prompt of one of them 40 tokens long. */
const ROWS = {
  lengths: [...Array.from({ length: 99 }, () => 20), 44],
  first_counted: [...Array.from({ length: 99 }, () => 14), 40],
};

export const examples: Examples = {
  good: [
    { text: 'max_length: 41\n', world: { tokens: { 'rows.jsonl': ROWS } } },
    { text: '', world: { tokens: { 'rows.jsonl': ROWS } } },
    // Not one is left: an error of its own.
    { text: 'max_length: 14\n', world: { tokens: { 'rows.jsonl': {} } } },
  ],
  bad: [
    {
      text: 'max_length: 32\n',
      world: { tokens: { 'rows.jsonl': ROWS } },
      says: [
        '1 of 100 rows is left out, because `max_length: 32` cuts off all that the loss counts, as in line 100 of `rows.jsonl`; the longest has 44 tokens (line 100 of `rows.jsonl`): write `max_length: 44`, or shorten the prompts.',
      ],
      fixed: 'max_length: 44\n',
    },
    // A sample of a large file, all of whose rows lose everything.
    {
      text: 'max_length: 14\n',
      world: { tokens: { 'rows.jsonl': { rows: 300_000 } } },
      says: [
        'About 300,000 of 300,000 rows are left out, because `max_length: 14` cuts off all that the loss counts, as in line 1 of `rows.jsonl`; the longest has 20 tokens (line 1 of `rows.jsonl`): write `max_length: 20`, or shorten the prompts.',
      ],
      fixed: 'max_length: 20\n',
    },
  ],
};
