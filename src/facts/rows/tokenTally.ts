import type { TokenFacts, TokensQuestion } from '../../config/facts.ts';
import { encodeRow, IGNORE_INDEX, type EncodedRow, type ITokenizer } from '../../data/encode.ts';
import type { Row } from '../../data/row.ts';
import { createCount } from './count.ts';
import { sharedPrefix } from './sharedPrefix.ts';

export interface TokenTally {
  readonly add: (line: number, row: Row) => void;
  /** @param records of the whole file. @param looked how many of them were looked at */
  readonly facts: (records: number, looked: number) => TokenFacts;
}

type Wording = Pick<TokensQuestion, 'prompt_template' | 'completion_only_loss' | 'assistant_only_loss'>;
type Place = { readonly line: number };

/** Counts the tokens of rows, before anything is cut. */
export function createTokenTally(tokenizer: ITokenizer, wording: Wording): TokenTally {
  const settings = {
    prompt_template: wording.prompt_template,
    completion_only_loss: wording.completion_only_loss,
    ...(wording.assistant_only_loss === undefined
      ? {}
      : { assistant_only_loss: wording.assistant_only_loss }),
    max_length: Infinity,
  };
  const columns = {
    lengths: [] as number[],
    first_counted: [] as number[],
    counted: [] as number[],
    lines: [] as number[],
  };
  const ids: Uint32Array[] = [];
  const unwordable = createCount<Place & { readonly message: string }>();
  const [empty, open] = [createCount<Place>(), createCount<Place>()];
  const addEncoded = (line: number, { kind }: Row, encoded: EncodedRow): void => {
    const { first, count } = countedIn(encoded);
    columns.lengths.push(encoded.input_ids.length);
    columns.first_counted.push(first);
    columns.counted.push(count);
    columns.lines.push(line);
    ids.push(Uint32Array.from(encoded.input_ids));
    if (kind !== 'text' && saysNothing(encoded, tokenizer)) empty.add({ line });
    if (!endsWithSpecial(encoded, tokenizer)) open.add({ line });
  };
  return {
    add: (line, row) => {
      const encoded = encodeRow(row, tokenizer, settings);
      if (typeof encoded === 'string') unwordable.add({ line, message: encoded });
      else addEncoded(line, row, encoded);
    },
    facts: (records, looked) => ({
      rows: looked === 0 ? 0 : Math.round((records * columns.lengths.length) / looked),
      unwordable: unwordable.count(),
      ...unwordable.firstAs('first_unwordable'),
      ...columns,
      empty_completions: empty.count(),
      ...empty.firstAs('first_empty_completion'),
      without_end: open.count(),
      ...open.firstAs('first_without_end'),
      shared_prefix: sharedPrefix(ids),
    }),
  };
}

/** The first token of a row is never predicted, so it never counts. */
function countedIn({ labels }: EncodedRow): { readonly first: number; readonly count: number } {
  let [first, count] = [labels.length, 0];
  for (let position = 1; position < labels.length; position++) {
    if (labels[position] === IGNORE_INDEX) continue;
    if (count === 0) first = position;
    count += 1;
  }
  return { first, count };
}

function saysNothing({ input_ids, promptLength }: EncodedRow, tokenizer: ITokenizer): boolean {
  return input_ids.slice(promptLength).every((id) => tokenizer.isSpecial(id));
}

function endsWithSpecial({ input_ids }: EncodedRow, tokenizer: ITokenizer): boolean {
  const last = input_ids.at(-1);
  return last !== undefined && tokenizer.isSpecial(last);
}
