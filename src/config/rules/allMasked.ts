import type { CutFile } from '../cutFile.ts';
import { fileName } from '../dataFiles.ts';
import { lengthening, longText, maxLengthPlace, maxLengthText } from '../maxLength.ts';
import { rowsText } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Both engines refuse a file of which no row is left. */
export const allMasked = defineRule({
  code: 'tokens.all-masked',
  level: 'error',
  side: 'meaning',
  what: 'Of every row of a file `max_length` cuts off everything that the loss counts.',
  why: 'Nothing is left to learn, or to measure `eval_loss` on, so the run would not start; in other trainers the loss is 0 or NaN.',
  cure: 'Raise `max_length`, or shorten the prompts.',
  source: 'TRL #6668, #6025, #3927.',
  find: ({ parsed, about }) => {
    const maxLength = about.config()?.max_length;
    const [file] = about.cutFiles().filter(isAllMasked);
    return maxLength === undefined || file === undefined
      ? []
      : [{ file, maxLength, more: lengthening(parsed, about, about.cutFiles(), 'shorten the prompts') }];
  },
  tell: ({ file: { file, masked }, maxLength, more }, { parsed }) => {
    const subject = `None of the ${rowsText(masked.of)} of ${fileName(file)} has a token that the loss counts`;
    if (more === undefined)
      return { ...maxLengthPlace(parsed, file.at), message: `${subject}: give them answers to learn.` };
    return {
      ...maxLengthPlace(parsed, file.at),
      message: `${subject}, because ${maxLengthText(parsed, maxLength)} cuts them all off; the longest has ${longText(more.longest)}: ${more.cure}.`,
      fixes: more.fixes,
    };
  },
});

/** Sure only where every row was looked at. */
export function isAllMasked({ masked }: CutFile): boolean {
  return masked.of > 0 && masked.rows === masked.of && !masked.isSampled;
}

export const examples: Examples = {
  good: [
    { text: 'max_length: 15\n', world: { tokens: { 'rows.jsonl': {} } } },
    { text: 'max_length: 14\n', world: { tokens: { 'rows.jsonl': { rows: 300_000 } } } },
    { text: 'max_length: 1\n' },
  ],
  bad: [
    {
      text: 'max_length: 14\n',
      world: { tokens: { 'rows.jsonl': {} } },
      says: [
        'None of the 100 rows of `rows.jsonl` has a token that the loss counts, because `max_length: 14` cuts them all off; the longest has 20 tokens (line 1 of `rows.jsonl`): write `max_length: 20`, or shorten the prompts.',
      ],
      fixed: 'max_length: 20\n',
    },
    // The evaluation would fail as well, when the base model has been asked already.
    {
      text: 'eval_file: more.jsonl\nmax_length: 24\n',
      world: {
        tokens: {
          'rows.jsonl': {},
          'more.jsonl': { rows: 2, lengths: [40, 50], first_counted: [30, 35], lines: [1, 3] },
        },
      },
      says: [
        'None of the 2 rows of `more.jsonl` has a token that the loss counts, because `max_length: 24` cuts them all off; the longest has 50 tokens (line 3 of `more.jsonl`): write `max_length: 50`, or shorten the prompts.',
      ],
      fixed: 'eval_file: more.jsonl\nmax_length: 50\n',
    },
    {
      text: '',
      world: { tokens: { 'rows.jsonl': { rows: 1, lengths: [1], first_counted: [1], lines: [1] } } },
      says: [
        'None of the 1 row of `rows.jsonl` has a token that the loss counts: give them answers to learn.',
      ],
    },
  ],
};
