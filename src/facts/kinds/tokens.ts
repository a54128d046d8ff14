import { messageOf } from '../../base/text.ts';
import type { TokenFacts, TokensQuestion } from '../../config/facts.ts';
import type { ITokenizer } from '../../data/encode.ts';
import type { Row } from '../../data/row.ts';
import { readRecords } from '../read/records.ts';
import { createSample, type Sample } from '../rows/sample.ts';
import { createTokenTally } from '../rows/tokenTally.ts';
import type { FindContext, Kind } from './kind.ts';

/** What is looked at of a file: means of lengths are then exact to a percent or so, and the longest rows are met. */
const MAX_ROWS = 20_000;
const MAX_BYTES = 20e6;

const NOTHING: TokenFacts = {
  rows: 0,
  unwordable: 0,
  lengths: [],
  first_counted: [],
  counted: [],
  lines: [],
  empty_completions: 0,
  without_end: 0,
  shared_prefix: 0,
};

/** A data file in a model's tokens: all of it, or an even sample of a large one. */
export const tokens: Kind<'tokens'> = {
  identify: ({ path, model }, { access, tokenizers }) => {
    const stamp = access.stamp(path);
    return stamp === undefined ? undefined : `${stamp}\n${tokenizers.stamp(model, access)}`;
  },
  find: async (ask, context) => {
    const { access, kept, hashes, tokenizers, environment } = context;
    const { isTrusted } = environment;
    const { sha256: vocabulary, tokenizer } = tokenizers.of({ folder: ask.model, access, isTrusted });
    const keyFor = (content: string): unknown => [content, vocabulary, isTrusted, wordingOf(ask)];
    const known = hashes.known(ask.path, access, kept);
    const recalled = known === undefined ? undefined : kept.recall('tokens', keyFor(known));
    if (recalled !== undefined) return recalled;
    const made = tokenizer();
    if ('problem' in made) return { ...NOTHING, problem: made.problem };
    const { sha256, sample } = await takeSample(ask.path, context);
    const facts = await encode(sample, made, ask, context);
    if (facts.problem === undefined) kept.keep('tokens', keyFor(sha256), facts);
    return facts;
  },
};

function wordingOf(ask: TokensQuestion): unknown {
  return [ask.prompt_template, ask.completion_only_loss, ask.assistant_only_loss ?? null];
}

interface Taken {
  readonly line: number;
  readonly row: Row | string;
}

async function takeSample(
  path: string,
  { access, kept, hashes, pace }: FindContext,
): Promise<{ readonly sha256: string; readonly sample: Sample<Taken> }> {
  const stamp = access.stamp(path);
  let sample = createSample<Taken>(MAX_ROWS, MAX_BYTES);
  const { sha256 } = await readRecords(path, access, pace, {
    start: () => (sample = createSample(MAX_ROWS, MAX_BYTES)),
    visit: ({ line, bytes, row }) => sample.offer(bytes, () => ({ line, row: row() })),
  });
  hashes.learn(path, { stamp, sha256 }, access, kept);
  return { sha256, sample };
}

async function encode(
  sample: Sample<Taken>,
  tokenizer: ITokenizer,
  ask: TokensQuestion,
  { pace }: FindContext,
): Promise<TokenFacts> {
  const tally = createTokenTally(tokenizer, ask);
  const items = sample.items();
  for (const [index, { line, row }] of items.entries()) {
    try {
      if (typeof row !== 'string') tally.add(line, row);
    } catch (error) {
      return { ...NOTHING, problem: cannotEncode(ask.model, error) };
    }
    pace.onProgress(index + 1, items.length);
    await pace.breathe();
  }
  return tally.facts(sample.offered(), items.length);
}

function cannotEncode(model: string, error: unknown): string {
  return `The tokenizer in ${model} fails on the rows (${messageOf(error)}): save it again with a current transformers.`;
}
