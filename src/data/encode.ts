/** Label of a token that does not count (PyTorch's and Hugging Face's ignore index). */
export const IGNORE_INDEX = -100;

/** One row as token ids; `labels[t]` is `input_ids[t]` where token t counts, else IGNORE_INDEX. Equal lengths. */
export interface EncodedRow {
  readonly id: string;
  readonly input_ids: readonly number[];
  readonly labels: readonly number[];
  /** Tokens before the completion; 0 for text. */
  readonly promptLength: number;
  /** Tokens lost to max_length. */
  readonly truncated: number;
}

/** What encoding needs from a tokenizer. */
export interface ITokenizer {
  /** Token ids of a text that begins a sequence (special tokens such as BOS added). */
  encodeStart(text: string): number[];
  /** Token ids of a text that continues one. */
  encodeRest(text: string): number[];
  readonly eosTokenId: number;
}

/**
 * Prompt, completion, end token. Prompt and completion are encoded apart, so that training sees exactly the prompt tokens that
 * decoding starts from. Cut from the right at `maxLength`, end token included.
 * @param completionOnly labels on the completion (and end token) only, else on everything
 */
export function encodeCompletion(
  id: string,
  wording: { readonly prompt: string; readonly completion: string },
  tokenizer: ITokenizer,
  maxLength: number,
  completionOnly: boolean,
): EncodedRow {
  const prompt = tokenizer.encodeStart(wording.prompt);
  const all = [...prompt, ...tokenizer.encodeRest(wording.completion), tokenizer.eosTokenId];
  const input_ids = all.slice(0, maxLength);
  const firstLabel = completionOnly ? prompt.length : 0;
  return {
    id,
    input_ids,
    labels: input_ids.map((token, position) => (position < firstLabel ? IGNORE_INDEX : token)),
    promptLength: Math.min(prompt.length, maxLength),
    truncated: all.length - input_ids.length,
  };
}

/** A text row: every token counts, end token included. */
export function encodeText(id: string, text: string, tokenizer: ITokenizer, maxLength: number): EncodedRow {
  const all = [...tokenizer.encodeStart(text), tokenizer.eosTokenId];
  const input_ids = all.slice(0, maxLength);
  return { id, input_ids, labels: [...input_ids], promptLength: 0, truncated: all.length - input_ids.length };
}

/** How many tokens of a row the loss counts: the first token of a sequence is never predicted. */
export function countedTokens(row: EncodedRow): number {
  return row.labels.reduce((sum, label, position) => sum + (position > 0 && label !== IGNORE_INDEX ? 1 : 0), 0);
}
