import type { About } from '../about.ts';
import { resolvePath, type IFiles } from '../files.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Of any of these the torch engine can make a tokenizer (its data/tokenizer_files.py); the TypeScript engine wants the first. */
const VOCABULARIES = [
  'tokenizer.json',
  'tokenizer.model',
  'vocab.json',
  'vocab.txt',
  'spiece.model',
  'tekken.json',
];

/** Weights that were saved without the tokenizer: the commonest gap in a folder that somebody has trained into. */
export const noTokenizer = defineRule({
  code: 'tokens.no-tokenizer',
  level: 'error',
  side: 'meaning',
  what: 'The folder of the model has no tokenizer that the engine can read.',
  why: 'Without it no text can become tokens: the run would not start.',
  cure: 'Save the tokenizer into the folder, as the message says.',
  find: (input) => {
    const problem = tokenizerProblem(input.about);
    return problem !== undefined && isFatal(input) ? [problem] : [];
  },
  tell: (message, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message,
  }),
});

/** One sentence about the tokenizer of the model; undefined where there is nothing to say, or nothing known. */
export function tokenizerProblem(about: About): string | undefined {
  return about.model()?.tokenizer.problem;
}

/** Whether the run would end here; the torch engine reads more kinds of tokenizers than can be looked at before. */
export function isFatal({ about, files }: RuleInput): boolean {
  const engine = about.engine();
  if (engine === 'tfjs') return true;
  const folder = about.modelFolder();
  // A tokenizer that is a program brings files of its own.
  const mayBeProgram = about.config()?.trust_remote_code === true;
  return engine === 'torch' && folder !== undefined && !mayBeProgram && hasNoVocabulary(folder, files);
}

function hasNoVocabulary(folder: string, files: IFiles): boolean {
  return VOCABULARIES.every((name) => files.kind(resolvePath(folder, name)) === 'missing');
}

const MISSING =
  '/home/ada/study/model has no tokenizer.json: save the tokenizer there with AutoTokenizer(...).save_pretrained.';
const world = { model: { tokenizer: { size: undefined, has_chat_template: false, problem: MISSING } } };

export const examples: Examples = {
  good: [
    { text: '', world: { model: {} } },
    { text: '' },
    // Another kind of tokenizer, which the torch engine reads.
    { text: 'engine: torch\n', world: { ...world, files: { 'model/tokenizer.model': 'file' } } },
    { text: 'trust_remote_code: true\n', world },
  ],
  bad: [
    { text: '', world, says: [MISSING] },
    { text: 'engine: torch\n', world, says: [MISSING] },
    {
      text: 'engine: tfjs\n',
      world: { ...world, files: { 'model/tokenizer.model': 'file' } },
      says: [MISSING],
    },
  ],
};
