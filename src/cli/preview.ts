import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plural } from '../base/text.ts';
import { countedTokens, encodeRow, IGNORE_INDEX } from '../data/encode.ts';
import { parseRows } from '../data/parseRows.ts';
import type { Row } from '../data/row.ts';
import { readTokenizer, type ModelTokenizer } from '../data/tokenizer.ts';
import { trainFiles, type RunConfig } from '../protocol/runConfig.ts';
import { printable, type Style } from './terminal.ts';

/** A token as a preview shows it. */
export interface PreviewToken {
  readonly id: number;
  /** '' where the next token shows the character that this one begins. */
  readonly text: string;
  /** Whether the loss counts it. */
  readonly counted: boolean;
}

export interface PreviewRow {
  readonly id: string;
  readonly tokens: readonly PreviewToken[];
  /** Tokens lost to max_length. */
  readonly truncated: number;
  /** What they say. */
  readonly cut: string;
  /** Why it is left out, half a sentence; it has no tokens where it cannot be worded. */
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
  /** Rows that the model has no words for. */
  readonly unwordable: number;
  /** The first row or record of these that is left out, and why, in half a sentence. */
  readonly first_left_out?: { readonly id: string; readonly reason: string };
}

/** The first rows of a run's training data as the model will see them; or one sentence saying why that cannot be shown. */
export function previewOf(config: RunConfig, count: number): Preview | { readonly problem: string } {
  const folder = config.model_name_or_path;
  const tokenizer = readTokenizer((name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }, folder);
  if ('problem' in tokenizer) return tokenizer;
  const files = trainFiles(config).map(({ path }) => ({
    name: basename(path),
    ...parseRows(readFileSync(path, 'utf8'), basename(path)),
  }));
  const rows = files.flatMap((file) => file.rows);
  const tried = rows.map((row) => encodeRow(row, tokenizer, config));
  const encoded = tried.filter((row) => typeof row !== 'string');
  const tokens = encoded.reduce((sum, row) => sum + row.input_ids.length, 0);
  const unreadable = files.flatMap(({ name, problems }) =>
    problems.map(({ line, message }) => ({ id: `${name}:${line}`, reason: message })),
  );
  const unwordable = tried.flatMap((row, index) =>
    typeof row === 'string' ? [{ id: rows[index]?.id ?? '', reason: row }] : [],
  );
  const masked = encoded.filter((row) => countedTokens(row) === 0);
  const [firstLeftOut] = [
    ...unreadable,
    ...unwordable,
    ...masked.map(({ id }) => ({ id, reason: maskedReason(config.max_length) })),
  ];
  return {
    rows: rows.slice(0, count).map((row) => previewRow(row, tokenizer, config)),
    total: rows.length,
    mean_tokens: tokens / Math.max(1, encoded.length),
    longest: encoded.reduce((most, row) => Math.max(most, row.input_ids.length + row.truncated), 0),
    truncated_rows: encoded.filter(({ truncated }) => truncated > 0).length,
    counted_share: encoded.reduce((sum, row) => sum + countedTokens(row), 0) / Math.max(1, tokens),
    masked_rows: masked.length,
    unreadable: unreadable.length,
    unwordable: unwordable.length,
    ...(firstLeftOut === undefined ? {} : { first_left_out: firstLeftOut }),
  };
}

function maskedReason(maxLength: number): string {
  return `has no counted token within max_length (${maxLength}): raise max_length`;
}

function previewRow(row: Row, tokenizer: ModelTokenizer, config: RunConfig): PreviewRow {
  const whole = encodeRow(row, tokenizer, { ...config, max_length: Infinity });
  if (typeof whole === 'string') return { id: row.id, tokens: [], truncated: 0, cut: '', problem: whole };
  const texts = tokenizer.tokenTexts(whole.input_ids);
  const tokens = whole.input_ids.map((id, position) => ({
    id,
    text: texts[position] ?? '',
    // The first token of a sequence is predicted by nothing.
    counted: position > 0 && whole.labels[position] !== IGNORE_INDEX,
  }));
  const kept = tokens.slice(0, config.max_length);
  const cut = texts.slice(config.max_length).join('');
  return {
    id: row.id,
    tokens: kept,
    truncated: tokens.length - kept.length,
    cut,
    ...(kept.some(({ counted }) => counted) ? {} : { problem: maskedReason(config.max_length) }),
  };
}

/** Of what is cut off, so much is shown; in characters. */
const CUT_SHOWN = 200;

/** For people: what counts stands in brackets, tokens are parted by bars, blanks can be seen. */
export function previewText(preview: Preview, style: Style): string {
  const rows = preview.rows.map((row) => rowText(row, style));
  const { total, mean_tokens: mean, longest, counted_share: share } = preview;
  const notes = [
    ...(preview.truncated_rows > 0 ? [`${plural(preview.truncated_rows, 'row')} cut at max_length`] : []),
    ...(preview.masked_rows > 0
      ? [`${plural(preview.masked_rows, 'row')} without a counted token, left out`]
      : []),
    ...(preview.unwordable > 0
      ? [`${plural(preview.unwordable, 'row')} that cannot be worded, left out`]
      : []),
    ...(preview.unreadable > 0
      ? [`${plural(preview.unreadable, 'record')} that cannot be read, left out`]
      : []),
  ];
  const first = preview.first_left_out;
  const hasParts = preview.rows.some(({ tokens }) => tokens.some(({ text }) => text === ''));
  const summary =
    longest === 0
      ? plural(total, 'row')
      : `${plural(total, 'row')}, ${mean.toFixed(1)} tokens each (longest ${longest}), of which the loss counts ${(100 * share).toFixed(0)} %`;
  return [
    `Tokens as the model sees them; [in brackets] what the loss counts, · a blank, ⏎ a line break${hasParts ? ', … part of the character that follows' : ''}.`,
    ...rows,
    [
      [summary, ...notes].join('; '),
      ...(first === undefined
        ? []
        : [style('yellow', printable(`First left out, ${first.id}: ${first.reason}.`))]),
    ].join('\n'),
  ].join('\n\n');
}

function rowText({ id, tokens, truncated, cut, problem }: PreviewRow, style: Style): string {
  const leftOut = `left out: it ${printable(problem ?? '')}`;
  if (problem !== undefined && tokens.length === 0) return `${printable(id)}  ${leftOut}`;
  const counted = tokens.filter((token) => token.counted).length;
  const head = [
    `${printable(id)}  ${plural(tokens.length, 'token')}, ${counted} counted`,
    ...(truncated > 0 ? [`${truncated} cut off`] : []),
    ...(problem === undefined ? [] : [leftOut]),
  ].join(', ');
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
  const rest = cut.length > CUT_SHOWN ? `${cut.slice(0, CUT_SHOWN)}…` : cut;
  return [
    style('dim', head),
    `  ${body.join(' ')}`,
    ...(truncated > 0 ? [style('dim', `  cut off: ${visible(rest)}`)] : []),
  ].join('\n');
}

function visible(text: string): string {
  // The beginning of a character, which the next token shows.
  if (text === '') return '…';
  return printable(text.replaceAll('\n', '⏎').replaceAll(' ', '·').replaceAll('\t', '→'));
}
