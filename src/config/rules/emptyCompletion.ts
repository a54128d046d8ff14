import { fileName, placeIn, tokensOf } from '../dataFiles.ts';
import { ofAllRows, shareOfRows } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Characters that a vocabulary has no token for leave nothing behind. */
export const emptyCompletion = defineRule({
  code: 'tokens.empty-completion',
  level: 'warning',
  side: 'meaning',
  what: 'The answer of a row has no token but the end token.',
  why: 'The model is taught to say nothing there, and to stop at once.',
  cure: 'Write the answers, or remove the rows.',
  find: ({ about }) =>
    about.trainFiles().flatMap((file) => {
      const tokens = tokensOf(file);
      return tokens === undefined || tokens.empty_completions === 0 ? [] : [{ file, tokens }];
    }),
  tell: ({ file, tokens }, { parsed }) => {
    const first = tokens.first_empty_completion;
    const share = ofAllRows(tokens.empty_completions, tokens);
    const place = first === undefined ? '' : `, the first in ${placeIn(file, first.line)}`;
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${shareOfRows(share, 'has', 'have')} no answer in ${fileName(file)}${place}, so the model learns to stop at once: write what it shall say, or remove them.`,
    };
  },
});

export const examples: Examples = {
  good: [{ text: '', world: { tokens: { 'rows.jsonl': { empty_completions: 0 } } } }, { text: '' }],
  bad: [
    {
      text: '',
      world: { tokens: { 'rows.jsonl': { empty_completions: 2, first_empty_completion: { line: 40 } } } },
      says: [
        '2 of 100 rows have no answer in `rows.jsonl`, the first in line 40, so the model learns to stop at once: write what it shall say, or remove them.',
      ],
    },
    {
      text: '',
      world: { tokens: { 'rows.jsonl': { rows: 100_000, empty_completions: 1 } } },
      says: [
        'About 1,000 of 100,000 rows have no answer in `rows.jsonl`, so the model learns to stop at once: write what it shall say, or remove them.',
      ],
    },
  ],
};
