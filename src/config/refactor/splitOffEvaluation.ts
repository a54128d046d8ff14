import { evaluationEdits, type EvaluationSplit } from '../evaluationSplit.ts';
import type { NamedFile } from '../namedFile.ts';
import type { RuleInput } from '../rules/rule.ts';
import type { Refactoring } from './refactoring.ts';

/** Rows that are not trained on tell when training does no more good. */
export const splitOffEvaluation: Refactoring = {
  id: 'split-off-evaluation',
  title: 'Split off an evaluation file',
  isOffered: (input) => {
    const file = fileToSplit(input);
    return file !== undefined && (file.data()?.rows ?? LEAST_ROWS) >= LEAST_ROWS;
  },
  edits: (input) => evaluationEdits(input.parsed.text, splitOf(fileToSplit(input))),
  move: (input) => {
    const file = fileToSplit(input);
    const { trainName, evalName } = splitOf(file);
    const seed = input.about.config()?.seed ?? 0;
    return { from: file?.path ?? '', trainName, evalName, share: USUAL_SHARE, seed };
  },
};

/** A tenth is enough for a loss, and little is lost for learning. */
const USUAL_SHARE = 0.1;
const LEAST_ROWS = 2;

/** The first training file, if it is there and nothing evaluates yet. */
function fileToSplit({ about, files }: RuleInput): NamedFile | undefined {
  const [first] = about.trainFiles();
  const isFree = about.config()?.eval_file === undefined;
  return isFree && first !== undefined && files.kind(first.path) === 'file' ? first : undefined;
}

/** Rows are written as JSON Lines, whatever they were read from. */
function splitOf(file: NamedFile | undefined): EvaluationSplit {
  const stem = (file?.path ?? '').replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
  return { index: 0, trainName: `${stem}.train.jsonl`, evalName: `${stem}.eval.jsonl` };
}
