import { Tokenizer } from '@huggingface/tokenizers';
import { compileChatTemplate, type ChatTemplate } from './chatTemplate.ts';
import type { ITokenizer } from './encode.ts';

/** A model's tokenizer, plus what decoding answers needs. */
export interface ModelTokenizer extends ITokenizer {
  decode(ids: readonly number[]): string;
  /**
   * Tokens as texts that make up the whole when joined, special ones by their name. Where a character takes several tokens, the
   * last of them has it and the others are ''.
   */
  tokenTexts(ids: readonly number[]): string[];
  /** Tokens that end a line: decoding an answer stops there. */
  readonly newlineTokenIds: ReadonlySet<number>;
  /** Highest id and one more. */
  readonly size: number;
}

/** Files that make up a tokenizer, copied along with every checkpoint. */
export const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'chat_template.jinja',
] as const;

/**
 * Makes the tokenizer of a Hugging Face folder.
 * @param read the text of a file of the folder; undefined where there is none
 * @param folder how sentences call it
 * @returns the tokenizer, or one sentence that names what is wrong and the cure
 */
export function readTokenizer(
  read: (name: string) => string | undefined,
  folder: string,
): ModelTokenizer | { readonly problem: string } {
  const text = read('tokenizer.json');
  if (text === undefined)
    return {
      problem: `${folder} has no tokenizer.json: save the tokenizer there with AutoTokenizer(...).save_pretrained.`,
    };
  const json = parseObject(text);
  const config = parseObject(read('tokenizer_config.json') ?? '{}');
  if (json === undefined || config === undefined) {
    const name = json === undefined ? 'tokenizer.json' : 'tokenizer_config.json';
    return { problem: `${folder}/${name} is not a JSON object: copy or download it again.` };
  }
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(json, config);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: `${folder}/tokenizer.json could not be read (${reason}): save the tokenizer again with a current transformers.`,
    };
  }
  const eosTokenId = endToken(tokenizer, config, read);
  if (eosTokenId === undefined)
    return {
      problem: `${folder}/tokenizer.json names no end-of-sequence token: set eos_token in tokenizer_config.json.`,
    };
  const chat = chatTemplateOf(config, read, folder);
  return assemble(tokenizer, json, eosTokenId, chat);
}

function assemble(
  tokenizer: Tokenizer,
  json: Json,
  eosTokenId: number,
  chat: ChatTemplate | undefined,
): ModelTokenizer {
  const newlineTokenIds = new Set<number>();
  let size = 0;
  for (const [token, id] of vocabularyOf(tokenizer)) {
    size = Math.max(size, id + 1);
    if (token.includes('\u010A') || token.includes('\n') || token === '<0x0A>') newlineTokenIds.add(id);
  }
  const special = new Set(
    listOf(json.added_tokens).flatMap(({ id, special: isSpecial }) =>
      isSpecial === true && typeof id === 'number' ? [id] : [],
    ),
  );
  const encode = (text: string): number[] => [...tokenizer.encode(text, { add_special_tokens: false }).ids];
  const decode = decoding(tokenizer);
  return {
    encodeStart: (text) => [...tokenizer.encode(text).ids],
    encodeRendered: encode,
    encodeRest: continuing(tokenizer, encode),
    decode: (ids) => decode(ids, { skip_special_tokens: true }),
    tokenTexts: (ids) =>
      textsOf(ids, encode('a'), (some) =>
        decode(some, { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
      ),
    isSpecial: (id) => id === eosTokenId || special.has(id),
    eosTokenId,
    newlineTokenIds,
    size,
    ...(chat === undefined ? {} : { chat }),
  };
}

/** Tokens by their texts. Ids need not be without gaps, and what the package lists then has a hole in the place of each. */
function vocabularyOf(tokenizer: Tokenizer): [token: string, id: number][] {
  const listed: Iterable<[string | undefined, number]> = tokenizer.get_vocab();
  return [...listed].filter((entry): entry is [string, number] => entry[0] !== undefined);
}

/** An embedding may have rows that no token names, and a model may say them: they stand for no text, as for transformers. */
function decoding(
  tokenizer: Tokenizer,
): (ids: readonly number[], options: Parameters<Tokenizer['decode']>[1]) => string {
  return (ids, options) => {
    const named = ids.filter((id) => tokenizer.id_to_token(id) !== undefined);
    return named.length === 0 ? '' : tokenizer.decode(named, options);
  };
}

/**
 * SentencePiece vocabularies put a blank before every text. Within a sequence there is none, so there the text is encoded below
 * a line break, which no token of such a vocabulary reaches over.
 */
function continuing(tokenizer: Tokenizer, encode: (text: string) => number[]): (text: string) => number[] {
  const [first] = encode('a');
  if (first === undefined || tokenizer.id_to_token(first)?.startsWith('▁') !== true) return encode;
  const lineBreak = encode('\n');
  return (text) => {
    const whole = encode(`\n${text}`);
    return lineBreak.every((id, position) => id === whole[position])
      ? whole.slice(lineBreak.length)
      : encode(text);
  };
}

/** The bytes of one character in UTF-8, so the tokens that it can take. */
const LONGEST_CHARACTER = 4;

/** @param lead tokens to decode behind: the blank that begins a token is lost at the beginning of a text */
function textsOf(
  ids: readonly number[],
  lead: readonly number[],
  decode: (ids: readonly number[]) => string,
): string[] {
  const skipped = decode(lead).length;
  let open: number[] = [];
  return ids.map((id, position) => {
    open.push(id);
    const text = decode([...lead, ...open]).slice(skipped);
    const isWhole = !text.endsWith('\uFFFD') || open.length === LONGEST_CHARACTER || position === ids.length - 1;
    if (isWhole) open = [];
    return isWhole ? text : '';
  });
}

type Json = Record<string, unknown>;
type Read = (name: string) => string | undefined;

/** config.json and generation_config.json name the end token by id, the tokenizer's config by text. */
function endToken(tokenizer: Tokenizer, config: Json, read: Read): number | undefined {
  const text = tokenName(config.eos_token);
  const named = text === undefined ? undefined : tokenizer.token_to_id(text);
  if (named !== undefined) return named;
  for (const name of ['generation_config.json', 'config.json']) {
    const eos = parseObject(read(name) ?? '')?.eos_token_id;
    const id: unknown = Array.isArray(eos) ? eos[0] : eos;
    // One that no token has would be looked up outside of the embedding.
    if (typeof id === 'number' && tokenizer.id_to_token(id) !== undefined) return id;
  }
  return undefined;
}

/**
 * chat_template.jinja, else `chat_template` of tokenizer_config.json: a text, or named texts of which `default` counts. One that
 * cannot be read is in the way of conversations only.
 */
function chatTemplateOf(config: Json, read: Read, folder: string): ChatTemplate | undefined {
  const { chat_template: inConfig } = config;
  const isNamed = Array.isArray(inConfig);
  const source =
    read('chat_template.jinja') ??
    (isNamed ? listOf(inConfig).find(({ name }) => name === 'default')?.template : inConfig);
  if (typeof source !== 'string' && !isNamed) return undefined;
  const template =
    typeof source === 'string'
      ? compileChatTemplate(source, {
          bos_token: tokenName(config.bos_token),
          eos_token: tokenName(config.eos_token),
        })
      : { problem: 'is a list without a template called default' };
  if (!('problem' in template)) return template;
  const problem = `cannot be worded, because the chat template of ${folder} ${template.problem}: take the one the model was published with`;
  return { render: () => ({ problem }) };
}

/** A token by its text: written plainly, or as an object with `content`. */
function tokenName(value: unknown): string | undefined {
  const content = typeof value === 'object' && value !== null ? (value as Json).content : value;
  return typeof content === 'string' ? content : undefined;
}

/** The objects of a list; none where it is no list. */
function listOf(value: unknown): Json[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item): item is Json => typeof item === 'object' && item !== null);
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
