import { wordRow, answersOf, joinAnswer, questionOf, type AskingRow } from '../../../data/wording.ts';
import { chatTokens, type ITokenizer } from '../../../data/encode.ts';

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
  const turns =
    row.kind === 'chat' && tokenizer.chat !== undefined ? chatTokens(row, tokenizer, tokenizer.chat) : [];
  const { prompt, completion } = wordRow(row, template);
  const completions =
    row.kind === 'completion' ? [completion] : answersOf(row).map((answer) => joinAnswer(prompt, answer));
  const plain = completions.map((text) => [...tokenizer.encodeRest(text), tokenizer.eosTokenId]);
  return {
    id: row.id,
    set,
    source,
    row,
    question: questionOf(row),
    answers: answersOf(row),
    // A conversation is asked as the model words them; what cannot be worded is not trained on either.
    ...(typeof turns !== 'string' && turns.length === 2
      ? { promptIds: turns[0]?.ids ?? [], answerIds: [turns[1]?.ids ?? []] }
      : { promptIds: tokenizer.encodeStart(prompt), answerIds: plain }),
  };
}
