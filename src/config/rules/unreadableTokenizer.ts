import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { isFatal, tokenizerProblem } from './noTokenizer.ts';
import { defineRule } from './rule.ts';

/** What the torch engine may read all the same. */
export const unreadableTokenizer = defineRule({
  code: 'tokens.unreadable-tokenizer',
  level: 'warning',
  side: 'meaning',
  what: 'The tokenizer of the model cannot be read here; the torch engine may read it all the same.',
  why: 'Tokens cannot be counted before the run, so rows that are too long or lose their answer go unnoticed.',
  cure: 'Save it once more with a current transformers, which writes a tokenizer.json.',
  find: (input) => {
    const problem = tokenizerProblem(input.about);
    return problem === undefined || isFatal(input) ? [] : [problem];
  },
  tell: (message, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message,
  }),
});

const BROKEN =
  '/home/ada/study/model/tokenizer.json could not be read (unknown type Odd): save the tokenizer again with a current transformers.';
const world = {
  files: { 'model/tokenizer.json': 'file' },
  model: { tokenizer: { size: undefined, has_chat_template: false, problem: BROKEN } },
} as const;

export const examples: Examples = {
  good: [
    { text: '', world: { model: {} } },
    // The TypeScript engine could not go on.
    { text: 'engine: tfjs\n', world },
  ],
  bad: [{ text: 'engine: torch\n', world, says: [BROKEN] }],
};
