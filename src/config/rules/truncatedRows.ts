import type { CutFile } from '../cutFile.ts';
import { lengthening, longText, maxLengthPlace, maxLengthText, type Lengthening } from '../maxLength.ts';
import { shareOfRows, together } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface Case {
  readonly cut: readonly CutFile[];
  readonly maxLength: number;
  readonly more: Lengthening;
}

/** One `max_length` cuts all files, so it is one problem, whatever they are. */
export const truncatedRows = defineRule({
  code: 'tokens.truncated-rows',
  level: 'warning',
  side: 'meaning',
  what: 'Rows are longer than `max_length`, and lose their end.',
  why: 'What is cut off is the answer’s end with its end token: the model is taught half answers, and never to stop after them.',
  cure: 'Raise `max_length` to the longest row, as far as the model’s positions and the memory go, or shorten the rows.',
  find: casesOf,
  tell: ({ cut, maxLength, more }, { parsed }) => ({
    ...maxLengthPlace(parsed, more.longest.file.at),
    message: `${shareOfRows(together(cut.map(({ shortened }) => shortened)))} cut at ${maxLengthText(parsed, maxLength)} and ${verb(cut)} the end token too; the longest has ${longText(more.longest)}: ${more.cure}.`,
    fixes: more.fixes,
  }),
});

/** At most one. Where rows lose everything, another rule speaks of the same `max_length`. */
function casesOf({ parsed, about }: RuleInput): Case[] {
  const cut = about.cutFiles();
  const maxLength = about.config()?.max_length;
  const isShortened = cut.some(({ shortened }) => shortened.rows > 0);
  if (maxLength === undefined || !isShortened || cut.some(({ masked }) => masked.rows > 0)) return [];
  const more = lengthening(parsed, about, cut, 'shorten the rows');
  return more === undefined ? [] : [{ cut, maxLength, more }];
}

function verb(cut: readonly CutFile[]): string {
  return together(cut.map(({ shortened }) => shortened)).rows === 1 ? 'loses' : 'lose';
}

/** A hundred rows, one of them of `longest` tokens, in line 100. */
const rows = (longest: number, of = 100) => ({
  rows: of,
  lengths: [...Array.from({ length: 99 }, () => 20), longest],
});
const whole = (more: string): string =>
  `{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"${more}}\n`;

export const examples: Examples = {
  good: [
    { text: 'max_length: 20\n', world: { tokens: { 'rows.jsonl': {} } } },
    { text: 'max_length: 1\n' },
    { text: 'max_length: 16\n', world: { tokens: { 'rows.jsonl': { problem: 'No tokenizer: save one.' } } } },
  ],
  bad: [
    {
      text: 'max_length: 24  # short\n',
      world: { tokens: { 'rows.jsonl': rows(31) } },
      says: [
        '1 of 100 rows is cut at `max_length: 24` and loses the end token too; the longest has 31 tokens (line 100 of `rows.jsonl`): write `max_length: 31`, or shorten the rows.',
      ],
      fixed: 'max_length: 31  # short\n',
    },
    {
      text: whole(''),
      isWhole: true,
      world: { tokens: { 'rows.jsonl': rows(2_310, 300_000) } },
      says: [
        'About 3,000 of 300,000 rows are cut at `max_length: 1024`, the default, and lose the end token too; the longest has 2,310 tokens (line 100 of `rows.jsonl`): write `max_length: 2310`, or shorten the rows.',
      ],
      fixed: whole(', "max_length": 2310'),
    },
    // The model has 512 positions.
    {
      text: 'max_length: 300\neval_file: more.jsonl\n',
      world: { tokens: { 'rows.jsonl': rows(20), 'more.jsonl': rows(900) }, model: {} },
      says: [
        '1 of 200 rows is cut at `max_length: 300` and loses the end token too; the longest has 900 tokens (line 100 of `more.jsonl`): write `max_length: 512` and shorten the rows, because the model knows 512 positions.',
      ],
    },
  ],
};
