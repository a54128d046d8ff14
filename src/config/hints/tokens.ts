import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import type { NamedFile } from '../about.ts';
import type { TokenFacts } from '../facts.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How long the rows of a file are for this model, behind its name; what max_length cuts, behind it. */
export const tokenHints: HintSource = {
  kind: 'tokens',
  what: 'Tokens of rows, and what `max_length` cuts.',
  of: (input) => [...input.about.trainFiles().flatMap((file) => fileHint(file, input)), ...lengthHint(input)],
};

function fileHint(file: NamedFile, { parsed, isPending }: HintInput): Hint[] {
  const offset = hintOffset(parsed, file.at);
  if (offset === undefined) return [];
  const tokens = file.tokens();
  if (tokens === undefined) {
    // While the rows are counted, one hint says so.
    if (isPending?.('tokens') !== true || file.data() === undefined) return [];
    const tooltip = "The rows are being cut into the model's tokens.";
    return [{ kind: 'tokens', offset, text: 'counting tokens ...', tooltip, isPending: true }];
  }
  if (tokens.problem !== undefined || tokens.lengths.length === 0) return [];
  const longest = tokens.lengths.reduce((most, length) => Math.max(most, length), 0);
  const text = `${around(meanOf(tokens.lengths))} tokens, ${around(meanOf(tokens.counted))} counted`;
  const tooltip = `${sampleOf(tokens)} in this model's tokens, end token included: the mean row has ${meanOf(tokens.lengths).toFixed(1)}, the longest ${grouped(longest)}; the loss counts ${meanOf(tokens.counted).toFixed(1)} of the mean row. ${(100 * tokens.shared_prefix).toFixed(0)} % lie in beginnings that an earlier row has too.`;
  return [{ kind: 'tokens', offset, text, tooltip }];
}

function lengthHint({ parsed, about }: HintInput): Hint[] {
  const offset = hintOffset(parsed, ['max_length']);
  const most = about.config()?.max_length;
  const files = about.trainFiles().map((file) => file.tokens());
  if (offset === undefined || most === undefined) return [];
  const known = files.flatMap((tokens) =>
    tokens === undefined || tokens.lengths.length === 0 ? [] : [tokens],
  );
  if (known.length === 0 || known.length < files.length) return [];
  const longest = known.reduce((top, { lengths }) => lengths.reduce((a, b) => Math.max(a, b), top), 0);
  const cut = known.reduce((sum, tokens) => sum + cutRows(tokens, most), 0);
  const isSampled = known.some(({ rows, lengths }) => rows > lengths.length);
  const text =
    cut === 0
      ? `longest row ${grouped(longest)}`
      : `${isSampled ? 'about ' : ''}${cut === 1 ? '1 row' : `${grouped(cut)} rows`} cut, longest ${grouped(longest)}`;
  const tooltip =
    cut === 0
      ? `No row is cut: the longest ${isSampled ? 'of those that were looked at ' : ''}has ${plural(longest, 'token')}.`
      : 'What stands behind the limit is not trained on, the end token among it.';
  return [{ kind: 'tokens', offset, text, tooltip }];
}

/** Of the whole file, in proportion to those that were looked at. */
function cutRows({ lengths, rows }: TokenFacts, most: number): number {
  return Math.round((rows * lengths.filter((length) => length > most).length) / lengths.length);
}

function sampleOf({ rows, lengths }: TokenFacts): string {
  return rows > lengths.length
    ? `Counted in ${grouped(lengths.length)} of ${grouped(rows)} rows,`
    : `Counted in all ${grouped(rows)} rows,`;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function around(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : grouped(value);
}
