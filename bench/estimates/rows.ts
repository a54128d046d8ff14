import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '../../src/base/random.ts';
import type { WeightedTokens } from '../../src/config/estimate/tokens.ts';
import { countedTokens, encodeCompletion, encodeText, IGNORE_INDEX } from '../../src/data/encode.ts';
import { loadTokenizer, type ModelTokenizer } from '../../src/engines/tfjs/files/tokenizer.ts';
import { repository } from '../../test/engines/tfjs/models.ts';
import { TOKENIZER } from './model.ts';

/** Rows of random words; lengths in tokens, about. */
export interface RowsWanted {
  readonly count: number;
  /** Shortest and longest row; the lengths between them are equally likely. */
  readonly tokens: readonly [number, number];
  /** Tokens of a completion; 0: text rows, of which every token counts. */
  readonly completion: number;
  /** Tokens at the beginning that all rows share; default 0. */
  readonly shared?: number;
}

/** Writes a data file, and tells what a config's facts would tell of it. */
export function writeRows(path: string, wanted: RowsWanted): WeightedTokens['facts'] {
  const tokenizer = loadTokenizer(TOKENIZER, 2_048);
  const random = createRandom(7, 'estimates', wanted.count, ...wanted.tokens, wanted.completion);
  const words = vocabulary();
  const preamble = textOf(wanted.shared ?? 0, words, createRandom(8, 'shared'), tokenizer);
  const [least, most] = wanted.tokens;
  const encoded = [];
  const lines: string[] = [];
  for (let row = 0; row < wanted.count; row++) {
    const length = least + random.below(most - least + 1);
    const own = length - (wanted.shared ?? 0) - wanted.completion - 1;
    const prompt = `${preamble} ${textOf(own, words, random, tokenizer)}`.trim();
    const completion = ` ${textOf(wanted.completion, words, random, tokenizer)}`;
    const id = `rows.jsonl:${row + 1}`;
    if (wanted.completion === 0) {
      lines.push(JSON.stringify({ text: prompt }));
      encoded.push(encodeText(id, prompt, tokenizer, Infinity));
    } else {
      lines.push(JSON.stringify({ prompt, completion }));
      encoded.push(encodeCompletion(id, { prompt, completion }, tokenizer, Infinity, true));
    }
  }
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  const tokens = encoded.reduce((sum, { input_ids: ids }) => sum + ids.length, 0);
  return {
    rows: encoded.length,
    lengths: encoded.map(({ input_ids: ids }) => ids.length),
    first_counted: encoded.map(({ labels }) =>
      labels.findIndex((label, at) => at > 0 && label !== IGNORE_INDEX),
    ),
    counted: encoded.map(countedTokens),
    shared_prefix: ((wanted.shared ?? 0) * (encoded.length - 1)) / tokens,
  };
}

/** The words of the shipped example's questions. */
function vocabulary(): readonly string[] {
  const lines = readFileSync(join(repository, 'examples/lab/held.jsonl'), 'utf8').trim().split('\n');
  const questions = lines.map((line) => (JSON.parse(line) as { question: string }).question);
  return [...new Set(questions.join(' ').split(/[^A-Za-z]+/))].filter((word) => word.length > 2);
}

/** Words until there are so many tokens, or one or two more. */
function textOf(tokens: number, words: readonly string[], random: Random, tokenizer: ModelTokenizer): string {
  let text = '';
  for (let count = 0; count < tokens;) {
    const word = ` ${words[random.below(words.length)] ?? ''}`;
    text += word;
    count += tokenizer.encodeRest(word).length;
  }
  return text.trim();
}
