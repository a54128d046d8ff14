import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { messageOf } from '../../../base/text.ts';
import type { ITokenizer } from '../../../data/encode.ts';
import { Failure } from '../failure.ts';

/** A model's tokenizer, plus what decoding answers needs. */
export interface ModelTokenizer extends ITokenizer {
  decode(ids: readonly number[]): string;
  /** Tokens that end a line: decoding an answer stops there. */
  readonly newlineTokenIds: ReadonlySet<number>;
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
 * Loads tokenizer.json of a model folder.
 * @param vocabSize rows of the embedding: a tokenizer with more ids does not fit the model
 */
export function loadTokenizer(folder: string, vocabSize: number): ModelTokenizer {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) {
    throw new Failure(
      'model.tokenizer',
      `${folder} has no tokenizer.json: save the tokenizer there with AutoTokenizer(...).save_pretrained.`,
    );
  }
  const json = readJson(path);
  const configPath = join(folder, 'tokenizer_config.json');
  const config = existsSync(configPath) ? readJson(configPath) : {};
  const tokenizer = createTokenizer(json, config, path);
  const ids = [...tokenizer.get_vocab().values()];
  const size = ids.reduce((largest, id) => Math.max(largest, id), -1) + 1;
  if (size > vocabSize) {
    throw new Failure(
      'model.tokenizer',
      `${path} has ${size} tokens, the model's embedding ${vocabSize} rows: use the tokenizer that came with the model.`,
    );
  }
  const eosTokenId = endToken(tokenizer, config, readModelEos(folder), path);
  const newlineTokenIds = new Set<number>();
  for (const [token, id] of tokenizer.get_vocab())
    if (token.includes('\u010A') || token.includes('\n') || token === '<0x0A>') newlineTokenIds.add(id);
  return {
    encodeStart: (text) => [...tokenizer.encode(text).ids],
    encodeRest: (text) => [...tokenizer.encode(text, { add_special_tokens: false }).ids],
    decode: (tokens) =>
      tokens.length === 0 ? '' : tokenizer.decode([...tokens], { skip_special_tokens: true }),
    eosTokenId,
    newlineTokenIds,
    size,
  };
}

type Json = Record<string, unknown>;

function createTokenizer(json: Json, config: Json, path: string): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (error) {
    throw new Failure(
      'model.tokenizer',
      `${path} could not be read (${messageOf(error)}): save the tokenizer again with a current transformers.`,
    );
  }
}

/** config.json and generation_config.json name the end token by id, the tokenizer's config by text. */
function endToken(tokenizer: Tokenizer, config: Json, fromModel: number | undefined, path: string): number {
  const named = config.eos_token;
  const text =
    typeof named === 'string' ? named : ((named as Json | null | undefined)?.content as string | undefined);
  const id = text === undefined ? fromModel : (tokenizer.token_to_id(text) ?? fromModel);
  if (id !== undefined) return id;
  throw new Failure(
    'model.tokenizer',
    `${path} names no end-of-sequence token: set eos_token in tokenizer_config.json.`,
  );
}

function readModelEos(folder: string): number | undefined {
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const eos = readJson(path).eos_token_id;
    const id: unknown = Array.isArray(eos) ? eos[0] : eos;
    if (typeof id === 'number') return id;
  }
  return undefined;
}

function readJson(path: string): Json {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch (error) {
    throw new Failure('model.json', `${path} is not JSON (${messageOf(error)}): copy or download it again.`);
  }
  throw new Failure('model.json', `${path} is not a JSON object: copy or download it again.`);
}
