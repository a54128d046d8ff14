import { grouped } from '../../base/format.ts';
import { askingRows, countsOf, fileName, placeIn } from '../dataFiles.ts';
import type { DataFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import { rowsText } from '../rowCounts.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  readonly counts: DataFacts;
  readonly first: NonNullable<DataFacts['first_several_turns']>;
}

/** With a chat template or without: what makes an answer right depends on all that was said before. */
export const probesOfSeveralTurns = defineRule({
  code: 'probes.several-turns',
  level: 'warning',
  side: 'meaning',
  what: 'Some rows of a probe set are conversations of several turns.',
  why: 'A fact is one question with its answer, so these rows are never asked: what of them is forgotten is not measured.',
  cure: 'Write each question that matters as a row of its own, with all that it needs in it.',
  find: ({ about }) => about.probeFiles().flatMap(casesOf),
  tell: ({ file, counts: { rows, several_turns: several }, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${grouped(several)} of ${rowsText(rows)} of ${fileName(file)} ${several === 1 ? 'is a conversation' : 'are conversations'} of several turns and never asked, the first in ${placeIn(file, first.line)}: write each question as a row of its own.`,
  }),
});

function casesOf(file: NamedFile): Case[] {
  const counts = countsOf(file);
  const first = counts?.first_several_turns;
  // Where none of the rows asks, another rule says so.
  return counts === undefined || first === undefined || askingRows(counts) === 0
    ? []
    : [{ file, counts, first }];
}

const SET = 'probes: {sets: [{name: own, file: more.jsonl}]}\n';
const CHATS = { rows: 1_000, kinds: { text: 0, completion: 0, question: 0, chat: 1_000 } };

export const examples: Examples = {
  good: [
    { text: SET, world: { data: { 'more.jsonl': CHATS } } },
    { text: SET },
    // Training on them is what they are for.
    {
      text: '',
      world: { data: { 'rows.jsonl': { ...CHATS, several_turns: 900, first_several_turns: { line: 1 } } } },
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: { data: { 'more.jsonl': { ...CHATS, several_turns: 900, first_several_turns: { line: 1 } } } },
    },
  ],
  bad: [
    {
      text: SET,
      world: { data: { 'more.jsonl': { ...CHATS, several_turns: 120, first_several_turns: { line: 4 } } } },
      says: [
        '120 of 1,000 rows of `more.jsonl` are conversations of several turns and never asked, the first in line 4: write each question as a row of its own.',
      ],
    },
    {
      text: SET,
      world: { data: { 'more.jsonl': { ...CHATS, several_turns: 1, first_several_turns: { line: 9 } } } },
      says: [
        '1 of 1,000 rows of `more.jsonl` is a conversation of several turns and never asked, the first in line 9: write each question as a row of its own.',
      ],
    },
  ],
};
