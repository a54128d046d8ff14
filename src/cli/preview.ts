import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plural } from '../base/text.ts';
import { countedTokens, encodeRow, IGNORE_INDEX, type EncodedRow } from '../data/encode.ts';
import { parseRows } from '../data/parseRows.ts';
import { readTokenizer, type ModelTokenizer } from '../data/tokenizer.ts';
import { trainFiles, type RunConfig } from '../protocol/runConfig.ts';
import { printable, type Style } from './terminal.ts';

/** A token as a preview shows it. */
export interface PreviewToken {
  readonly id: number;
  readonly text: string;
  /** Whether the loss counts it. */
  readonly counted: boolean;
}

export interface PreviewRow {
  readonly id: string;
  readonly tokens: readonly PreviewToken[];
  /** Tokens lost to max_length. */
  readonly truncated: number;
  /** Why it is left out, half a sentence; such a row has no tokens. */
  readonly problem?: string;
}

export interface Preview {
  readonly rows: readonly PreviewRow[];
  readonly total: number;
  readonly mean_tokens: number;
  readonly longest: number;
  readonly truncated_rows: number;
  /** Share of tokens that the loss counts. */
  readonly counted_share: number;
  /** Rows without a single counted token: a run leaves them out. */
  readonly masked_rows: number;
  readonly unreadable: number;
}

/** The first rows of a run's training data as the model will see them; or one sentence saying why that cannot be shown. */
export function previewOf(config: RunConfig, count: number): Preview | { readonly problem: string } {
  const folder = config.model_name_or_path;
  const tokenizer = readTokenizer((name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }, folder);
  if ('problem' in tokenizer) return tokenizer;
  const files = trainFiles(config).map(({ path }) => parseRows(readFileSync(path, 'utf8'), basename(path)));
  const rows = files.flatMap((file) => file.rows);
  const tried = rows.map((row) => ({ row, encoded: encodeRow(row, tokenizer, config) }));
  const encoded = tried.map((row) => row.encoded).filter((row) => typeof row !== 'string');
  const tokens = encoded.reduce((sum, row) => sum + row.input_ids.length, 0);
  return {
    rows: tried
      .slice(0, count)
      .map(({ row, encoded: one }) =>
        typeof one === 'string'
          ? { id: row.id, tokens: [], truncated: 0, problem: one }
          : previewRow(one, tokenizer),
      ),
    total: rows.length,
    mean_tokens: tokens / Math.max(1, encoded.length),
    longest: encoded.reduce((most, row) => Math.max(most, row.input_ids.length + row.truncated), 0),
    truncated_rows: encoded.filter(({ truncated }) => truncated > 0).length,
    counted_share: encoded.reduce((sum, row) => sum + countedTokens(row), 0) / Math.max(1, tokens),
    masked_rows: encoded.filter((row) => countedTokens(row) === 0).length,
    unreadable: files.reduce((sum, { problems }) => sum + problems.length, 0),
  };
}

function previewRow(row: EncodedRow, tokenizer: ModelTokenizer): PreviewRow {
  const tokens = row.input_ids.map((id, position) => ({
    id,
    text: tokenizer.tokenText(id),
    // The first token of a sequence is predicted by nothing.
    counted: position > 0 && row.labels[position] !== IGNORE_INDEX,
  }));
  return { id: row.id, tokens, truncated: row.truncated };
}

/** For people: what counts stands in brackets, tokens are parted by bars, blanks can be seen. */
export function previewText(preview: Preview, style: Style): string {
  const rows = preview.rows.map((row) => rowText(row, style));
  const { total, mean_tokens: mean, longest, counted_share: share } = preview;
  const notes = [
    ...(preview.truncated_rows > 0 ? [`${plural(preview.truncated_rows, 'row')} cut at max_length`] : []),
    ...(preview.masked_rows > 0
      ? [`${plural(preview.masked_rows, 'row')} without a counted token, left out`]
      : []),
    ...(preview.unreadable > 0
      ? [`${plural(preview.unreadable, 'record')} that cannot be read, left out`]
      : []),
  ];
  const summary = `${plural(total, 'row')}, ${mean.toFixed(1)} tokens each (longest ${longest}), of which the loss counts ${(100 * share).toFixed(0)} %`;
  return [
    'Tokens as the model sees them; [in brackets] what the loss counts, · a blank, ⏎ a line break.',
    ...rows,
    [summary, ...notes].join('; '),
  ].join('\n\n');
}

function rowText({ id, tokens, truncated, problem }: PreviewRow, style: Style): string {
  if (problem !== undefined) return `${printable(id)}  left out: it ${problem}`;
  const counted = tokens.filter((token) => token.counted).length;
  const cut = truncated > 0 ? `, ${truncated} cut off` : '';
  const head = `${printable(id)}  ${plural(tokens.length, 'token')}, ${counted} counted${cut}`;
  const runs: { counted: boolean; texts: string[] }[] = [];
  for (const token of tokens) {
    const last = runs.at(-1);
    if (last?.counted === token.counted) last.texts.push(visible(token.text));
    else runs.push({ counted: token.counted, texts: [visible(token.text)] });
  }
  const body = runs.map(({ counted: isCounted, texts }) => {
    const text = texts.join('|');
    return isCounted ? style(['bold', 'green'], `[${text}]`) : text;
  });
  return `${style('dim', head)}\n  ${body.join(' ')}`;
}

function visible(text: string): string {
  return printable(text.replaceAll('\n', '⏎').replaceAll(' ', '·').replaceAll('\t', '→'));
}
