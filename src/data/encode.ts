import { cutConversation, type ChatTemplate } from './chatTemplate.ts';
import type { ChatRow, Row } from './row.ts';
import { isAsking, wordRow } from './wording.ts';
import type { RunConfig } from '../protocol/runConfig.ts';

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
  /** Token ids of a text that continues one: no blank is put before it, as some vocabularies do. */
  encodeRest(text: string): number[];
  /** Token ids of a text that begins a sequence and brings its own special tokens. */
  encodeRendered(text: string): number[];
  readonly eosTokenId: number;
  /** Whether a token stands for no text, such as the end of a turn. */
  isSpecial(id: number): boolean;
  /** How the model words conversations; absent where it knows none. */
  readonly chat?: ChatTemplate;
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

/** The settings that decide how rows become tokens. */
export type EncodeSettings = Pick<
  RunConfig,
  'max_length' | 'completion_only_loss' | 'assistant_only_loss' | 'prompt_template'
>;

/** Any row as the fine-tune sees it; or half a sentence saying why it cannot be worded. */
export function encodeRow(row: Row, tokenizer: ITokenizer, settings: EncodeSettings): EncodedRow | string {
  const { max_length: maxLength, prompt_template: template } = settings;
  const completionOnly = countsAnswersOnly(row, settings);
  if (row.kind === 'text') return encodeText(row.id, row.text, tokenizer, maxLength);
  if (row.kind === 'chat' && tokenizer.chat !== undefined)
    return encodeChat(row, tokenizer, tokenizer.chat, maxLength, completionOnly);
  if (!isAsking(row))
    return 'is a conversation of several turns, and the model has no chat template: use rows of one question and one answer, or a model with a chat_template';
  return encodeCompletion(row.id, wordRow(row, template), tokenizer, maxLength, completionOnly);
}

/** Conversations have a setting of their own, which follows that of all other rows where nobody has set it. */
function countsAnswersOnly(
  { kind }: Row,
  { assistant_only_loss: ofChats, completion_only_loss: ofAll }: EncodeSettings,
): boolean {
  return kind === 'chat' ? (ofChats ?? ofAll) : ofAll;
}

function encodeChat(
  row: ChatRow,
  tokenizer: ITokenizer,
  chat: ChatTemplate,
  maxLength: number,
  completionOnly: boolean,
): EncodedRow | string {
  const pieces = chatTokens(row, tokenizer, chat);
  if (typeof pieces === 'string') return pieces;
  const ids = pieces.flatMap((piece) => piece.ids);
  const labels = pieces.flatMap((piece) =>
    piece.ids.map((id) => (completionOnly && !piece.isAnswer ? IGNORE_INDEX : id)),
  );
  return {
    id: row.id,
    input_ids: ids.slice(0, maxLength),
    labels: labels.slice(0, maxLength),
    promptLength: Math.min(pieces[0]?.ids.length ?? 0, maxLength),
    truncated: Math.max(0, ids.length - maxLength),
  };
}

/**
 * A conversation as tokens, context and answer in turn; the template brings its own special tokens. They are the tokens of the
 * whole text, as at inference, except where a token would reach over the edge of an answer: from there on pieces are encoded
 * apart, so that training sees exactly the tokens that decoding starts from. Where an answer does not end with a special token, the
 * end-of-sequence token is added: nothing else would say that the turn is over.
 */
export function chatTokens(
  row: ChatRow,
  tokenizer: ITokenizer,
  chat: ChatTemplate,
): readonly { readonly ids: readonly number[]; readonly isAnswer: boolean }[] | string {
  const pieces = cutConversation(row.messages, chat);
  if (typeof pieces === 'string') return pieces;
  let text = '';
  let before: readonly number[] = [];
  return pieces.map((piece) => {
    text += piece.text;
    const whole = tokenizer.encodeRendered(text);
    const goesOn = before.every((id, position) => id === whole[position]);
    const ids = goesOn ? whole.slice(before.length) : tokenizer.encodeRest(piece.text);
    before = [...before, ...ids];
    const last = ids.at(-1);
    const isOpen = piece.isAnswer && (last === undefined || !tokenizer.isSpecial(last));
    return { isAnswer: piece.isAnswer, ids: isOpen ? [...ids, tokenizer.eosTokenId] : ids };
  });
}
