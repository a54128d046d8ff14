import type { About } from '../about.ts';
import { countsOf, fileName, inSentence, placeIn } from '../dataFiles.ts';
import type { TokenFacts } from '../facts.ts';
import type { NamedFile } from '../namedFile.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A file with rows that have no words for this model. */
export interface Unwordable {
  readonly file: NamedFile;
  readonly tokens: TokenFacts;
  readonly first: NonNullable<TokenFacts['first_unwordable']>;
}

/** Mostly conversations, and a model that has no way to word them. */
export const noWordableRow = defineRule({
  code: 'tokens.no-wordable-row',
  level: 'error',
  side: 'meaning',
  what: 'No row of a file can be worded for the model: conversations of several turns without a chat template, or a template that refuses them.',
  why: 'The run would not start.',
  cure: 'Use a model with a chat template that words them, or rows of one question and one answer.',
  find: ({ about }) => unwordableFiles(about).filter(isAll),
  tell: ({ file, tokens, first }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `None of the ${rowsText(tokens.unwordable)} of ${fileName(file)} can be worded; ${placeIn(file, first.line)} ${inSentence(first.message)}.`,
  }),
});

/** Files that are trained or evaluated on. */
export function unwordableFiles(about: About): Unwordable[] {
  return about.dataFiles().flatMap((file) => {
    const tokens = file.at[0] === 'probes' ? undefined : file.tokens();
    const first = tokens?.first_unwordable;
    return tokens === undefined || first === undefined || tokens.problem !== undefined
      ? []
      : [{ file, tokens, first }];
  });
}

/** Sure only where every row was looked at. */
export function isAll({ file, tokens }: Unwordable): boolean {
  return tokens.rows === 0 && countsOf(file)?.rows === tokens.unwordable;
}

const SEVERAL_TURNS =
  'is a conversation of several turns, and the model has no chat template: use rows of one question and one answer, or a model with a chat_template';
const NONE = {
  rows: 0,
  lengths: [],
  first_counted: [],
  counted: [],
  lines: [],
  unwordable: 100,
  first_unwordable: { line: 1, message: SEVERAL_TURNS },
};

export const examples: Examples = {
  good: [
    { text: '', world: { tokens: { 'rows.jsonl': {} } } },
    { text: '', world: { data: { 'rows.jsonl': { rows: 1_000_000 } }, tokens: { 'rows.jsonl': NONE } } },
    // Probes are asked in another way.
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: { data: { 'more.jsonl': {} }, tokens: { 'more.jsonl': NONE } },
    },
  ],
  bad: [
    {
      text: '',
      world: { data: { 'rows.jsonl': {} }, tokens: { 'rows.jsonl': NONE } },
      says: [
        'None of the 100 rows of `rows.jsonl` can be worded; line 1 is a conversation of several turns, and the model has no chat template: use rows of one question and one answer, or a model with a chat_template.',
      ],
    },
  ],
};
