import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf, plural } from '../../../base/text.ts';
import {
  countedTokens,
  encodeRow,
  type EncodedRow,
  type EncodeSettings,
  type ITokenizer,
} from '../../../data/encode.ts';
import { parseRows } from '../../../data/parseRows.ts';
import type { Row } from '../../../data/row.ts';
import type { RunFile } from '../../../protocol/runFiles.ts';
import { Failure } from '../failure.ts';

/** Something worth telling that does not stop the run. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface LoadedRows {
  readonly rows: readonly Row[];
  readonly warnings: readonly Warning[];
}

/**
 * Reads a data file, and checks that it is still what the run was asked for (by the fingerprint in run.json).
 * @throws Failure when it is missing, changed or without a single readable row
 */
export function loadRows(path: string, fingerprints: RunFile['data']): LoadedRows {
  const bytes = readData(path);
  const expected = fingerprints.find((item) => item.path === path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expected !== undefined && expected.sha256 !== sha256) {
    throw new Failure(
      'data.changed',
      `${path} has changed since this run was asked for: put the old file back, or start a new run.`,
    );
  }
  const { rows, problems } = parseRows(bytes.toString('utf8'), basename(path));
  const [first] = problems;
  if (rows.length === 0) {
    const reason =
      first === undefined ? 'has no rows' : `has no readable row (line ${first.line} ${first.message})`;
    throw new Failure(
      'data.empty',
      `${path} ${reason}: give it rows such as {"prompt": "...", "completion": "..."}.`,
    );
  }
  const warnings =
    first === undefined
      ? []
      : [
          {
            code: 'data.unreadable-rows',
            message: `${path}: ${plural(problems.length, 'row')} left out, the first in line ${first.line}, which ${first.message}; mend or remove them.`,
          },
        ];
  return { rows, warnings };
}

/** Row -> tokens, in the fine-tune's wording. Rows without a single counted token are left out, and said. */
export function encodeRows(
  rows: readonly Row[],
  tokenizer: ITokenizer,
  config: EncodeSettings,
): { encoded: EncodedRow[]; warnings: Warning[] } {
  const tried = rows.map((row) => encodeRow(row, tokenizer, config));
  const all = tried.filter((row) => typeof row !== 'string');
  const refused = tried.flatMap((row, index) =>
    typeof row === 'string' ? [{ id: rows[index]?.id ?? '', reason: row }] : [],
  );
  const [first] = refused;
  if (first !== undefined && all.length === 0)
    throw new Failure(
      'data.unwordable',
      `None of the ${rows.length} rows can be worded; the first, ${first.id}, ${first.reason}.`,
    );
  const encoded = all.filter((row) => countedTokens(row) > 0);
  const masked = all.length - encoded.length;
  const longest = all.reduce((most, row) => Math.max(most, row.input_ids.length + row.truncated), 0);
  const cure = `raise max_length (${config.max_length}) towards ${longest}`;
  if (encoded.length === 0) {
    throw new Failure(
      'data.masked',
      `None of the ${all.length} rows has a token the loss counts after cutting at max_length: ${cure}.`,
    );
  }
  const truncated = encoded.filter((row) => row.truncated > 0).length;
  const warnings: Warning[] = [];
  if (first !== undefined)
    warnings.push({
      code: 'data.unwordable',
      message: `${plural(refused.length, 'row')} of ${rows.length} left out; the first, ${first.id}, ${first.reason}.`,
    });
  if (masked > 0)
    warnings.push({
      code: 'data.masked',
      message: `${plural(masked, 'row')} of ${all.length} left out, because no counted token is left after cutting: ${cure}.`,
    });
  if (truncated > 0)
    warnings.push({
      code: 'data.truncated',
      message: `${plural(truncated, 'row')} of ${all.length} cut at max_length: ${cure}.`,
    });
  return { encoded, warnings };
}

function readData(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(
      'data.missing',
      `${path} could not be read (${messageOf(error)}): give the path of an existing file.`,
    );
  }
}
