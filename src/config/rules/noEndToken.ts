import { fileName, placeIn, tokensOf } from '../dataFiles.ts';
import { ofAllRows, shareOfRows } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Nothing else tells a model that an answer is over. */
export const noEndToken = defineRule({
  code: 'tokens.no-end-token',
  level: 'warning',
  side: 'meaning',
  what: 'Rows do not end with a special token.',
  why: 'The model never sees where an answer ends, so it goes on until it is cut off.',
  cure: 'Use a chat template that ends turns with a special token, or mark the end token as special in tokenizer.json.',
  find: ({ about }) =>
    about.trainFiles().flatMap((file) => {
      const tokens = tokensOf(file);
      return tokens === undefined || tokens.without_end === 0 ? [] : [{ file, tokens }];
    }),
  tell: ({ file, tokens }, { parsed }) => {
    const first = tokens.first_without_end;
    const place = first === undefined ? '' : ` (the first in ${placeIn(file, first.line)})`;
    return {
      path: file.at,
      range: valueRange(parsed, file.at),
      message: `${shareOfRows(ofAllRows(tokens.without_end, tokens), 'does', 'do')} not end with a special token in ${fileName(file)}${place}, so the model never learns to stop: use a chat template that ends every turn with one.`,
    };
  },
});

export const examples: Examples = {
  good: [{ text: '', world: { tokens: { 'rows.jsonl': { without_end: 0 } } } }, { text: '' }],
  bad: [
    {
      text: '',
      world: { tokens: { 'rows.jsonl': { without_end: 100, first_without_end: { line: 1 } } } },
      says: [
        '100 of 100 rows do not end with a special token in `rows.jsonl` (the first in line 1), so the model never learns to stop: use a chat template that ends every turn with one.',
      ],
    },
  ],
};
