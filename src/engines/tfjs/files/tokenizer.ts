import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTokenizer, type ModelTokenizer } from '../../../data/tokenizer.ts';
import { Failure } from '../failure.ts';

export { TOKENIZER_FILES, type ModelTokenizer } from '../../../data/tokenizer.ts';

/**
 * Loads the tokenizer of a model folder.
 * @param vocabSize rows of the embedding: a tokenizer with more ids does not fit the model
 */
export function loadTokenizer(folder: string, vocabSize: number): ModelTokenizer {
  const tokenizer = readTokenizer((name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }, folder);
  if ('problem' in tokenizer) throw new Failure('model.tokenizer', tokenizer.problem);
  if (tokenizer.size > vocabSize) {
    throw new Failure(
      'model.tokenizer',
      `${join(folder, 'tokenizer.json')} has ${tokenizer.size} tokens, the model's embedding ${vocabSize} rows: use the tokenizer that came with the model.`,
    );
  }
  return tokenizer;
}
