import { stringify } from 'yaml';
import { setSetting } from './edits.ts';
import { parseConfigText } from './parse.ts';
import { valueAt, type Path } from './path.ts';
import type { TextEdit } from './problem.ts';

/** A training file whose rows go into two others beside it; names without folder. */
export interface EvaluationSplit {
  /** Which of the training files, from 0; 0 as well where there is only one. */
  readonly index: number;
  readonly trainName: string;
  readonly evalName: string;
}

/** What makes a config train on the one part and evaluate on the other; paths are written as the old one was. */
export function evaluationEdits(text: string, { index, trainName, evalName }: EvaluationSplit): TextEdit[] {
  const parsed = parseConfigText(text);
  const isList = Array.isArray(valueAt(parsed.value, ['train_file']));
  const at: Path = isList ? ['train_file', index, 'path'] : ['train_file'];
  const written = valueAt(parsed.value, at);
  const folder = typeof written === 'string' ? written.replace(/[^\\/]*$/, '') : '';
  return [
    setSetting(parsed, at, asScalar(`${folder}${trainName}`)),
    setSetting(parsed, ['eval_file'], asScalar(`${folder}${evalName}`)),
  ];
}

/** Quoted where YAML would read something else, always in double quotes: those are JSON as well. */
function asScalar(path: string): string {
  const plain = stringify(path, { lineWidth: 0 }).trimEnd();
  // Inside braces a comma ends the value.
  return plain === path && !/[,[\]{}]/.test(path) ? plain : JSON.stringify(path);
}
