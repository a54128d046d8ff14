import { wordRow, answersOf, joinAnswer, questionOf, type AskingRow } from '../../../data/wording.ts';
import type { ITokenizer } from '../../../data/encode.ts';

/** One fact under evaluation, in the fine-tune's wording. */
export interface Fact {
  readonly id: string;
  readonly set: 'held' | 'known' | 'new';
  /** Name of its probe set, or `train`. */
  readonly source: string;
  readonly row: AskingRow;
  readonly question: string;
  readonly answers: readonly string[];
  readonly promptIds: readonly number[];
  /** Every accepted answer as the model must say it, end token included. */
  readonly answerIds: readonly (readonly number[])[];
}

export function createFact(
  row: AskingRow,
  set: Fact['set'],
  source: string,
  template: string,
  tokenizer: ITokenizer,
): Fact {
  const { prompt, completion } = wordRow(row, template);
  const completions =
    row.kind === 'completion' ? [completion] : answersOf(row).map((answer) => joinAnswer(prompt, answer));
  return {
    id: row.id,
    set,
    source,
    row,
    question: questionOf(row),
    answers: answersOf(row),
    promptIds: tokenizer.encodeStart(prompt),
    answerIds: completions.map((text) => [...tokenizer.encodeRest(text), tokenizer.eosTokenId]),
  };
}
